namespace Assay.Npm;

/// <summary>How much a tarball may ask of its readers. Sizes are bytes.</summary>
public sealed record TarballLimits
{
    public static TarballLimits Default { get; } = new();

    /// <summary>Entries of every kind, directories and extended headers included.</summary>
    public int MaxEntries { get; init; } = 20_000;

    /// <summary>The archive after decompression, with its headers and padding.</summary>
    public long MaxUnpackedSize { get; init; } = 512L << 20;

    /// <summary>
    /// Bytes out for one byte in, judged once <see cref="RatioAppliesFrom"/> bytes are out. Source code packs 3 to 20 times, the worst
    /// honest data (generated tables, empty files) less than 150 times; deflate's own maximum, which bombs approach, is 1,032.
    /// </summary>
    public int MaxCompressionRatio { get; init; } = 200;

    public long RatioAppliesFrom { get; init; } = 1L << 20;

    /// <summary>Segments of a path, the top directory and the file name included.</summary>
    public int MaxPathDepth { get; init; } = 32;

    /// <summary>Of one path, in UTF-8.</summary>
    public int MaxPathLength { get; init; } = 1024;

    /// <summary>Of all paths together: the list of files is the one thing that grows with the archive.</summary>
    public int MaxTotalPathLength { get; init; } = 4 << 20;

    public int MaxPackageJsonSize { get; init; } = 1 << 20;

    /// <summary>A longer readme is cut, not refused.</summary>
    public int MaxReadmeSize { get; init; } = 64 << 10;

    /// <summary>Of one pax header or GNU long name.</summary>
    public int MaxExtendedHeaderSize { get; init; } = 64 << 10;
}
