using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Core.Tests.Provenance.World;
using Assay.Provenance.Envelopes;
using Assay.Provenance.Log.Rekor;

namespace Assay.Core.Tests.Cli;

/// <summary>A statement signed with a key, with its entry in the registry's log.</summary>
internal static class RegistryBundle
{
    public static JsonObject Make(TestRegistry registry, JsonObject statement, ECDsa key, string keyId, Func<byte[], long> append)
    {
        var payload = Encoding.UTF8.GetBytes(statement.ToJsonString());
        var signature = key.SignData(
            PreAuthenticationEncoding.Of(DsseEnvelope.StatementType, payload), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var envelope = Envelope(payload, signature, keyId);
        var body = RekorDsseEntry.Body(Encoding.UTF8.GetBytes(envelope.ToJsonString()), payload, signature, key.ExportSubjectPublicKeyInfo());
        var index = append(body);
        return new JsonObject
        {
            ["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.3+json",
            ["verificationMaterial"] = new JsonObject
            {
                ["publicKey"] = new JsonObject { ["hint"] = keyId },
                ["tlogEntries"] = new JsonArray(Entry(registry, body, index)),
            },
            ["dsseEnvelope"] = envelope,
        };
    }

    private static JsonObject Envelope(byte[] payload, byte[] signature, string keyId) => new()
    {
        ["payload"] = Convert.ToBase64String(payload),
        ["payloadType"] = DsseEnvelope.StatementType,
        ["signatures"] = new JsonArray(new JsonObject { ["sig"] = Convert.ToBase64String(signature), ["keyid"] = keyId }),
    };

    private static JsonObject Entry(TestRegistry registry, byte[] body, long index)
    {
        var log = registry.Log;
        var promise = log.Signers[0].Sign(RekorEntryTimestamp.Payload(body, TestSigstore.SignedAt, log.EcdsaKey, index));
        var proof = registry.ProofAsync(index).GetAwaiter().GetResult();
        return new JsonObject
        {
            ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(log.EcdsaKey.LogId.Span) },
            ["logIndex"] = $"{index}",
            ["kindVersion"] = new JsonObject { ["kind"] = "dsse", ["version"] = "0.0.1" },
            ["integratedTime"] = $"{TestSigstore.SignedAt.ToUnixTimeSeconds()}",
            ["inclusionPromise"] = new JsonObject { ["signedEntryTimestamp"] = Convert.ToBase64String(promise) },
            ["inclusionProof"] = new JsonObject
            {
                ["logIndex"] = $"{index}",
                ["treeSize"] = $"{proof.Size}",
                ["rootHash"] = $"{registry.Edge.Root}",
                ["hashes"] = new JsonArray([.. proof.Hashes.Select(hash => (JsonNode)JsonValue.Create($"{hash}"))]),
                ["checkpoint"] = new JsonObject { ["envelope"] = Encoding.UTF8.GetString(log.Checkpoint(registry.Edge).ToBytes().Span) },
            },
            ["canonicalizedBody"] = Convert.ToBase64String(body),
        };
    }
}
