namespace Assay.Provenance.Log;

/// <summary>A hash that has become final: the one at <paramref name="Index"/> among all of a tile level.</summary>
public readonly record struct PlacedHash(int Level, long Index, LogHash Hash)
{
    public long Tile => Index / TilePath.FullWidth;

    public int Position => (int)(Index % TilePath.FullWidth);

    /// <summary>With this hash its tile is full and never changes again.</summary>
    public bool FillsTile => Position == TilePath.FullWidth - 1;
}
