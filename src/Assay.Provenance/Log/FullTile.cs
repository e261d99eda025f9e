namespace Assay.Provenance.Log;

/// <summary>A tile of 256 hashes, which never changes again.</summary>
public sealed record FullTile(TilePath Path, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The hash that stands for the tile one level up.</summary>
    public LogHash Root => TreeNode.Fold(Bytes.Span);
}
