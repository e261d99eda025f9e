using System.Collections.Frozen;

namespace Assay.Provenance.Sigstore.Bundles;

/// <summary>The versions of the bundle format; each has its own rules.</summary>
internal enum BundleVersion
{
    /// <summary>A log's promise is enough.</summary>
    V01 = 1,

    /// <summary>From here on an inclusion proof with a checkpoint is required.</summary>
    V02 = 2,

    /// <summary>From here on one certificate instead of a chain.</summary>
    V03 = 3,
}

/// <summary>The spellings of the media type; v0.3 has two.</summary>
internal static class BundleMediaTypes
{
    public static FrozenDictionary<string, BundleVersion> Known { get; } = new Dictionary<string, BundleVersion>
    {
        ["application/vnd.dev.sigstore.bundle+json;version=0.1"] = BundleVersion.V01,
        ["application/vnd.dev.sigstore.bundle+json;version=0.2"] = BundleVersion.V02,
        ["application/vnd.dev.sigstore.bundle+json;version=0.3"] = BundleVersion.V03,
        ["application/vnd.dev.sigstore.bundle.v0.3+json"] = BundleVersion.V03,
    }.ToFrozenDictionary();
}
