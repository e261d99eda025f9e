namespace Assay.Npm;

/// <summary>How large the body of a PUT may be, in bytes.</summary>
public sealed record PublishLimits
{
    public static PublishLimits Default { get; } = new();

    /// <summary>Everything but the tarball.</summary>
    public int MaxMetadataSize { get; init; } = 8 << 20;

    /// <summary>The tarball after base64.</summary>
    public long MaxTarballSize { get; init; } = 256L << 20;
}
