using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Provenance.Envelopes;
using Assay.Provenance.Log.Rekor;

namespace Assay.Provenance.Sigstore.Bundles;

/// <summary>
/// Writes the bundle of a statement that a registry signed with its own key: what stock clients verify offline, given the key and the log's key.
/// 64-bit numbers are texts, as protobuf's JSON has them; the zero of a log's first entry is written, which readers take for absent too.
/// </summary>
public static class KeyBundle
{
    private const string MediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";

    /// <summary>The bundle's JSON. A proof that does not hold is refused here: what is once served is served for ever.</summary>
    public static byte[] Write(DsseEnvelope envelope, LoggedEntry entry)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(entry);
        if (!entry.IsProved)
        {
            throw new ArgumentException("The inclusion proof does not lead to the checkpoint.", nameof(entry));
        }
        return Write(envelope, Entry(entry));
    }

    /// <summary>The bundle with an entry of another log, as that log answered it and somebody has verified it.</summary>
    public static byte[] Write(DsseEnvelope envelope, JsonObject entry)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(entry);
        return CanonicalJson.Write(new JsonObject
        {
            ["mediaType"] = MediaType,
            ["verificationMaterial"] = new JsonObject
            {
                ["publicKey"] = new JsonObject { ["hint"] = envelope.KeyId },
                ["tlogEntries"] = new JsonArray(entry),
                ["timestampVerificationData"] = new JsonObject { ["rfc3161Timestamps"] = new JsonArray() },
            },
            ["dsseEnvelope"] = envelope.ToJson(),
        });
    }

    private static JsonObject Entry(LoggedEntry entry) => new()
    {
        ["logIndex"] = Number(entry.Proof.Index),
        ["logId"] = new JsonObject { ["keyId"] = Base64(entry.Log.LogId) },
        ["kindVersion"] = new JsonObject { ["kind"] = "dsse", ["version"] = "0.0.1" },
        ["integratedTime"] = Number(entry.IntegratedTime.ToUnixTimeSeconds()),
        ["inclusionPromise"] = new JsonObject { ["signedEntryTimestamp"] = Base64(entry.Timestamp) },
        ["inclusionProof"] = Proof(entry),
        ["canonicalizedBody"] = Base64(entry.Body),
    };

    private static JsonObject Proof(LoggedEntry entry) => new()
    {
        ["logIndex"] = Number(entry.Proof.Index),
        ["rootHash"] = entry.Checkpoint.Head.Root.ToString(),
        ["treeSize"] = Number(entry.Proof.Size),
        ["hashes"] = new JsonArray([.. entry.Proof.Hashes.Select(hash => JsonValue.Create(hash.ToString()))]),
        ["checkpoint"] = new JsonObject { ["envelope"] = Encoding.UTF8.GetString(entry.Checkpoint.ToBytes().Span) },
    };

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Base64(ReadOnlyMemory<byte> bytes) => Convert.ToBase64String(bytes.Span);
}
