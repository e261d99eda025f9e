using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Attestations;

/// <summary>What is to happen when a certificate names another repository than the package.json does.</summary>
internal enum RepositoryMatch
{
    Enforce,
    Warn,
    Off,
}

/// <summary>What clients are told when they ask whether a package is public before they sign.</summary>
internal enum VisibilityAnswer
{
    Private,
    Packages,
}

/// <summary>Section <c>Assay:Attestations</c>.</summary>
internal sealed class AttestationsOptions
{
    public const string Section = "Assay:Attestations";

    /// <summary>Which of the registry's own attestations stock clients are told of.</summary>
    public AttestationMode Mode { get; set; } = AttestationMode.Detached;

    /// <summary>How long clients may believe what the private trusted root says before they ask again, in days.</summary>
    [Range(1, 365)]
    public int PrivateRootDays { get; set; } = 7;

    /// <summary>Where the public log takes entries (Rekor, version 1).</summary>
    [Url(ErrorMessage = "it is not a URL like https://rekor.sigstore.dev/.")]
    public string PublicLogUrl { get; set; } = "https://rekor.sigstore.dev/";

    /// <summary>How often statements are taken to the public log that it does not have yet, in seconds.</summary>
    [Range(1, 86_400)]
    public int PublicLogSeconds { get; set; } = 60;

    /// <summary>How many of the newest announced attestations each start verifies as a client would.</summary>
    [Range(1, 10_000)]
    public int CheckedAtStart { get; set; } = 20;

    /// <summary>A <c>trusted_root.json</c> in place of the public Sigstore's; a relative path begins at the data directory.</summary>
    public string? TrustedRootFile { get; set; }

    /// <summary>The largest bundle that a publish may bring, in bytes. One of npm's has about ten thousand.</summary>
    [Range(16 * 1024, 1024 * 1024)]
    public int MaximumBundleBytes { get; set; } = 256 * 1024;

    /// <summary>
    /// Enforced unless somebody says otherwise: readers follow the link in the package.json, and would take the provenance of one repository
    /// for that of the other.
    /// </summary>
    public RepositoryMatch RepositoryMatch { get; set; } = RepositoryMatch.Enforce;

    /// <summary>Whether only bundles from public repositories are accepted.</summary>
    public bool RequirePublicSource { get; set; }

    /// <summary>Whether only bundles from the CI system's own machines are accepted.</summary>
    public bool RequireHostedRunner { get; set; }

    /// <summary>A yes makes clients send names and digests to the public Sigstore, and fail where it cannot be reached.</summary>
    public VisibilityAnswer Visibility { get; set; } = VisibilityAnswer.Private;
}
