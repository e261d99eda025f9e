using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Provenance.Sigstore.Logs;

/// <summary>A log's signed statement about its tree: a note (C2SP signed-note) of origin, size and root hash.</summary>
internal sealed record RekorCheckpoint(long Size, byte[] RootHash)
{
    private const string Separator = "\n\n";

    /// <returns>Null when it is not a checkpoint, or the log has not signed it.</returns>
    public static RekorCheckpoint? Read(string note, TrustedLog log)
    {
        var end = note.LastIndexOf(Separator, StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }
        var text = note[..(end + 1)];
        var signatures = note[(end + Separator.Length)..];
        return ReadText(text, log) is { } checkpoint && RekorSignatures.AreOf(log, signatures, Encoding.UTF8.GetBytes(text)) ? checkpoint : null;
    }

    private static RekorCheckpoint? ReadText(string text, TrustedLog log) =>
        text.TrimEnd('\n').Split('\n') is [var origin, var size, var root, .. var others]
        && IsOrigin(origin, log) && others.All(line => line.Length > 0)
        && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number.ToString(CultureInfo.InvariantCulture) == size
        && StrictBase64.Decode(root) is { Length: SHA256.HashSizeInBytes } hash
            ? new RekorCheckpoint(number, hash)
            : null;

    /// <summary>The first generation of Rekor puts the number of the tree after its name.</summary>
    private static bool IsOrigin(string origin, TrustedLog log) =>
        log.Name.Length > 0 && (origin == log.Name || origin.StartsWith(log.Name + " - ", StringComparison.Ordinal));
}
