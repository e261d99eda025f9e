using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Assay.Provenance.Log;

/// <summary>Up to 256 leaves as a log serves them: each after its length in two bytes (c2sp.org/tlog-tiles).</summary>
public static class EntryBundle
{
    public const int LongestLeaf = ushort.MaxValue;

    public static byte[] Write(IReadOnlyList<ReadOnlyMemory<byte>> leaves)
    {
        if (leaves.Count is 0 or > TilePath.FullWidth || leaves.Any(leaf => leaf.Length > LongestLeaf))
        {
            throw new ArgumentException($"A bundle has 1 to {TilePath.FullWidth} leaves of at most {LongestLeaf} bytes.", nameof(leaves));
        }
        var bytes = new byte[leaves.Sum(leaf => sizeof(ushort) + leaf.Length)];
        var rest = bytes.AsSpan();
        foreach (var leaf in leaves)
        {
            BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)leaf.Length);
            leaf.Span.CopyTo(rest[sizeof(ushort)..]);
            rest = rest[(sizeof(ushort) + leaf.Length)..];
        }
        return bytes;
    }

    /// <summary>Reads exactly as many leaves as the bundle's path says it has.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> bytes, int width, [NotNullWhen(true)] out IReadOnlyList<ReadOnlyMemory<byte>>? leaves)
    {
        leaves = null;
        var read = new List<ReadOnlyMemory<byte>>();
        while (read.Count < width && bytes.Length >= sizeof(ushort))
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes.Span);
            if (bytes.Length < sizeof(ushort) + length)
            {
                return false;
            }
            read.Add(bytes.Slice(sizeof(ushort), length));
            bytes = bytes[(sizeof(ushort) + length)..];
        }
        leaves = read.Count == width && bytes.IsEmpty ? read : null;
        return leaves is not null;
    }
}
