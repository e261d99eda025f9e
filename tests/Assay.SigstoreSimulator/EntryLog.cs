using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Notes;
using Assay.Provenance.Log.Rekor;

namespace Assay.SigstoreSimulator;

/// <summary>A transparency log as Rekor's first generation: entries of the kind dsse 0.0.1, each answered with promise, proof and checkpoint.</summary>
internal sealed class EntryLog(LogKey key)
{
    private readonly Lock gate = new();
    private readonly EcdsaNoteKey noteKey = EcdsaNoteKey.Create(key.Name, key.PublicKey)!;
    private TreeEdge edge = TreeEdge.Empty;

    public LoggedEntry Append(byte[] body, DateTimeOffset time)
    {
        lock (gate)
        {
            var before = edge;
            edge = before.Append(LogHash.OfLeaf(body), []);
            var head = new TreeHead($"{key.Name} - 1", edge.Size, edge.Root);
            var promise = key.Sign(RekorEntryTimestamp.Payload(body, time, noteKey, before.Size));
            var checkpoint = Checkpoint.Sign(head, new NoteSigner(noteKey, key.Sign));

            return new LoggedEntry(key.Id, body, time, before.Size, head, Beside(before), promise, Encoding.UTF8.GetString(checkpoint.ToBytes().Span));
        }
    }

    /// <summary>The canonical body, whose members are in alphabetical order.</summary>
    public static byte[] Body(string envelope, byte[] payload, string signature, string verifier)
    {
        var entry = new JsonObject
        {
            ["apiVersion"] = "0.0.1",
            ["kind"] = "dsse",
            ["spec"] = new JsonObject
            {
                ["envelopeHash"] = Hash(Encoding.UTF8.GetBytes(envelope)),
                ["payloadHash"] = Hash(payload),
                ["signatures"] = new JsonArray(new JsonObject { ["signature"] = signature, ["verifier"] = verifier }),
            },
        };

        // Base64 has a plus sign, which the serializer would escape.
        return Encoding.ASCII.GetBytes(entry.ToJsonString().Replace("\\u002B", "+", StringComparison.Ordinal));
    }

    // The way of the newest leaf leads along the tree's edge: beside it are the subtrees that were there before it, the smallest first.
    private static LogHash[] Beside(TreeEdge before) =>
        [.. before.ToBytes().Skip(sizeof(long)).Chunk(LogHash.Size).Select(hash => new LogHash(hash)).Reverse()];

    private static JsonObject Hash(byte[] bytes) =>
        new() { ["algorithm"] = "sha256", ["value"] = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
}

/// <summary>An entry with all that the log says of it.</summary>
internal sealed record LoggedEntry(
    byte[] LogId, byte[] Body, DateTimeOffset Time, long Index, TreeHead Head, IReadOnlyList<LogHash> Hashes, byte[] Promise, string Checkpoint)
{
    /// <summary>As the log's API answers.</summary>
    public JsonObject ToAnswer() => new()
    {
        [Convert.ToHexStringLower(SHA256.HashData([0, .. Body]))] = new JsonObject
        {
            ["body"] = Convert.ToBase64String(Body),
            ["integratedTime"] = Time.ToUnixTimeSeconds(),
            ["logID"] = Convert.ToHexStringLower(LogId),
            ["logIndex"] = Index,
            ["verification"] = new JsonObject
            {
                ["inclusionProof"] = new JsonObject
                {
                    ["checkpoint"] = Checkpoint,
                    ["hashes"] = new JsonArray([.. Hashes.Select(hash => JsonValue.Create(Convert.ToHexStringLower(hash.ToArray())))]),
                    ["logIndex"] = Index,
                    ["rootHash"] = Convert.ToHexStringLower(Head.Root.ToArray()),
                    ["treeSize"] = Head.Size,
                },
                ["signedEntryTimestamp"] = Convert.ToBase64String(Promise),
            },
        },
    };

    /// <summary>As bundles have it. Zero values are left out, as protobuf does.</summary>
    public JsonObject ToBundle()
    {
        var proof = new JsonObject
        {
            ["rootHash"] = $"{Head.Root}",
            ["treeSize"] = $"{Head.Size}",
            ["checkpoint"] = new JsonObject { ["envelope"] = Checkpoint },
        };
        var entry = new JsonObject
        {
            ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(LogId) },
            ["kindVersion"] = new JsonObject { ["kind"] = "dsse", ["version"] = "0.0.1" },
            ["integratedTime"] = $"{Time.ToUnixTimeSeconds()}",
            ["inclusionPromise"] = new JsonObject { ["signedEntryTimestamp"] = Convert.ToBase64String(Promise) },
            ["inclusionProof"] = proof,
            ["canonicalizedBody"] = Convert.ToBase64String(Body),
        };

        if (Index > 0)
        {
            entry["logIndex"] = $"{Index}";
            proof["logIndex"] = $"{Index}";
            proof["hashes"] = new JsonArray([.. Hashes.Select(hash => JsonValue.Create($"{hash}"))]);
        }

        return entry;
    }
}
