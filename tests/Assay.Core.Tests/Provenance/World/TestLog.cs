using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Assay.Core.Tests.Provenance.World;

/// <summary>A transparency log, as Rekor's first generation: promises, proofs and checkpoints with one ECDSA key.</summary>
internal sealed class TestLog(string name)
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public byte[] Id => SHA256.HashData(key.ExportSubjectPublicKeyInfo());

    public byte[] Sign(byte[] data) => key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public JsonObject Json(string start = "2026-01-01T00:00:00Z") => new()
    {
        ["baseUrl"] = $"https://{name}",
        ["hashAlgorithm"] = "SHA2_256",
        ["publicKey"] = new JsonObject
        {
            ["rawBytes"] = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()),
            ["keyDetails"] = "PKIX_ECDSA_P256_SHA_256",
            ["validFor"] = new JsonObject { ["start"] = start },
        },
        ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(Id) },
    };

    public string Promise(byte[] body, long time, long index) => Convert.ToBase64String(Sign(Encoding.UTF8.GetBytes(
        "{\"body\":\"" + Convert.ToBase64String(body) + "\",\"integratedTime\":" + time + ",\"logID\":\"" + Convert.ToHexStringLower(Id)
        + "\",\"logIndex\":" + index + "}")));

    /// <summary>A proof for one entry with others before and after it. Zero values are left out, as protobuf does.</summary>
    public JsonObject Proof(byte[] body, int before, int after)
    {
        byte[][] leaves = [.. Enumerable.Range(0, before).Select(Other), Leaf(body), .. Enumerable.Range(before + 1, after).Select(Other)];
        var root = Root(leaves);
        var proof = new JsonObject
        {
            ["treeSize"] = $"{leaves.Length}",
            ["rootHash"] = Convert.ToBase64String(root),
            ["checkpoint"] = new JsonObject { ["envelope"] = Checkpoint(leaves.Length, root) },
        };
        if (before > 0)
        {
            proof["logIndex"] = $"{before}";
        }
        if (leaves.Length > 1)
        {
            proof["hashes"] = new JsonArray([.. Path(before, leaves).Select(hash => JsonValue.Create(Convert.ToBase64String(hash)))]);
        }
        return proof;
    }

    public string Checkpoint(long size, byte[] root)
    {
        var text = $"{name}\n{size}\n{Convert.ToBase64String(root)}\n";
        return $"{text}\n\u2014 {name} {Convert.ToBase64String([.. Id[..4], .. Sign(Encoding.UTF8.GetBytes(text))])}\n";
    }

    private static byte[] Leaf(byte[] body) => SHA256.HashData([0, .. body]);

    private static byte[] Other(int number) => Leaf(Encoding.UTF8.GetBytes($"entry {number}"));

    // RFC 6962 2.1, in the words of the definition: the largest power of two smaller than the tree splits it.
    private static byte[] Root(ReadOnlySpan<byte[]> leaves) =>
        leaves.Length == 1 ? leaves[0] : SHA256.HashData([1, .. Root(leaves[..Split(leaves.Length)]), .. Root(leaves[Split(leaves.Length)..])]);

    private static byte[][] Path(int index, ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 1)
        {
            return [];
        }
        var split = Split(leaves.Length);
        return index < split
            ? [.. Path(index, leaves[..split]), Root(leaves[split..])]
            : [.. Path(index - split, leaves[split..]), Root(leaves[..split])];
    }

    private static int Split(int size) => 1 << (31 - System.Numerics.BitOperations.LeadingZeroCount((uint)(size - 1)));
}
