using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Assay.Provenance.Log;

/// <summary>The SHA-256 hash of a leaf or of a node of the log's Merkle tree (RFC 6962, section 2.1).</summary>
public readonly record struct LogHash
{
    public const int Size = 32;

    // Leaves and nodes are hashed apart, so that no node can pass for a leaf.
    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;

    private readonly ulong first;
    private readonly ulong second;
    private readonly ulong third;
    private readonly ulong fourth;

    public LogHash(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size);
        first = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        second = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        third = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        fourth = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>The root of a tree without leaves.</summary>
    public static LogHash EmptyTree { get; } = Of([]);

    public static LogHash OfLeaf(ReadOnlySpan<byte> leaf) => Of([LeafPrefix, .. leaf]);

    public static LogHash OfNode(LogHash left, LogHash right)
    {
        Span<byte> node = stackalloc byte[1 + 2 * Size];
        node[0] = NodePrefix;
        left.CopyTo(node[1..]);
        right.CopyTo(node[(1 + Size)..]);
        return Of(node);
    }

    /// <summary>Reads standard base64, in its one spelling.</summary>
    public static bool TryParse(ReadOnlySpan<byte> base64, out LogHash hash)
    {
        hash = default;
        if (!StrictBase64.TryDecode(base64, out var bytes) || bytes.Length != Size)
        {
            return false;
        }
        hash = new LogHash(bytes);
        return true;
    }

    public void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, first);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], second);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], third);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], fourth);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Base64, as checkpoints and proofs have it.</summary>
    public override string ToString() => Convert.ToBase64String(ToArray());

    private static LogHash Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(bytes, hash);
        return new LogHash(hash);
    }
}
