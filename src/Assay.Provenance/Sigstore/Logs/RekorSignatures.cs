using System.Security.Cryptography;
using System.Text;
using Assay.Provenance.Keys;
using Assay.Provenance.Sigstore.Keys;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Provenance.Sigstore.Logs;

/// <summary>
/// The signature lines below a checkpoint. Those by keys that we do not know (witnesses, a log's other keys) are passed over; one by the log's key
/// must be there, and none by it may be wrong.
/// </summary>
internal static class RekorSignatures
{
    private const int HintLength = 4;
    private const int MostLines = 100;
    private const string Mark = "\u2014 ";

    public static bool AreOf(TrustedLog log, string lines, byte[] signed)
    {
        if (!lines.EndsWith('\n') || lines[..^1].Split('\n') is not { Length: <= MostLines } all || all.Any(line => !IsSignatureLine(line)))
        {
            return false;
        }
        var ours = all.Select(line => Signature(line, log)).OfType<byte[]>().ToList();
        return ours.Count > 0 && ours.TrueForAll(signature => log.Key.Verifies(signed, signature));
    }

    private static bool IsSignatureLine(string line) =>
        line.StartsWith(Mark, StringComparison.Ordinal) && line[Mark.Length..].Split(' ') is [{ Length: > 0 }, { Length: > 0 }];

    private static byte[]? Signature(string line, TrustedLog log) =>
        line[Mark.Length..].Split(' ') is [var name, var encoded] && name == log.Name
        && StrictBase64.Decode(encoded) is { Length: > HintLength } bytes && bytes.AsSpan(0, HintLength).SequenceEqual(Hint(log))
            ? bytes[HintLength..]
            : null;

    /// <summary>Which key a line says it is by: for Ed25519 as C2SP signed-note has it, for the others as Rekor does.</summary>
    private static ReadOnlySpan<byte> Hint(TrustedLog log)
    {
        var spki = log.Key.SubjectPublicKeyInfo;
        byte[] named = log.Key.Algorithm is KeyAlgorithm.Ed25519
            ? [.. Encoding.UTF8.GetBytes(log.Name), (byte)'\n', 1, .. Ed25519PublicKey.FromSubjectPublicKeyInfo(spki)!]
            : [.. spki];
        return SHA256.HashData(named).AsSpan(0, HintLength);
    }
}
