using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Notes;
using Assay.Provenance.Log.Rekor;
using Assay.Provenance.Sigstore.Roots;
using Assay.Provenance.Tuf;

namespace Assay.EndToEnd.Provenance;

/// <summary>A log with its key, in which one entry is the second and last.</summary>
internal sealed class PrivateLog : IDisposable
{
    public const string Origin = "registry.example:8443";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private EcdsaNoteKey NoteKey => EcdsaNoteKey.Create(Origin, key.ExportSubjectPublicKeyInfo())!;

    public LogKey Key(DateTimeOffset since, DateTimeOffset? until = null) => new(NoteKey, new ValidityWindow(since, until));

    /// <summary>The entry as bundles have it: with a promise, and with a proof against a checkpoint.</summary>
    public JsonObject Entry(byte[] body, DateTimeOffset at)
    {
        var other = LogHash.OfLeaf("another leaf"u8);
        var root = LogHash.OfNode(other, LogHash.OfLeaf(body));
        var checkpoint = Checkpoint.Sign(new TreeHead(Origin, 2, root), new NoteSigner(NoteKey, text => Sign(text.Span)));

        return new JsonObject
        {
            ["logIndex"] = "1",
            ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(NoteKey.LogId.Span) },
            ["kindVersion"] = new JsonObject { ["kind"] = "dsse", ["version"] = "0.0.1" },
            ["integratedTime"] = $"{at.ToUnixTimeSeconds()}",
            ["inclusionPromise"] = new JsonObject
            {
                ["signedEntryTimestamp"] = Convert.ToBase64String(Sign(RekorEntryTimestamp.Payload(body, at, NoteKey, 1))),
            },
            ["inclusionProof"] = new JsonObject
            {
                ["logIndex"] = "1",
                ["rootHash"] = root.ToString(),
                ["treeSize"] = "2",
                ["hashes"] = new JsonArray(other.ToString()),
                ["checkpoint"] = new JsonObject { ["envelope"] = Encoding.UTF8.GetString(checkpoint.ToBytes().Span) },
            },
            ["canonicalizedBody"] = Convert.ToBase64String(body),
        };
    }

    public void Dispose() => key.Dispose();

    private byte[] Sign(ReadOnlySpan<byte> bytes) => key.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
}
