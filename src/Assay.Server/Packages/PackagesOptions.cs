using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Packages;

/// <summary>Section <c>Assay:Packages</c>.</summary>
internal sealed class PackagesOptions
{
    public const string Section = "Assay:Packages";

    /// <summary>The largest tarball, compressed, in bytes.</summary>
    [Range(1024, 4L * 1024 * 1024 * 1024)]
    public long MaximumTarballBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>The most that a tarball may unpack to, in bytes.</summary>
    [Range(1024, 64L * 1024 * 1024 * 1024)]
    public long MaximumUnpackedBytes { get; set; } = 512L * 1024 * 1024;

    /// <summary>The most files in a tarball.</summary>
    [Range(1, 1_000_000)]
    public int MaximumFiles { get; set; } = 20_000;

    /// <summary>The largest document around a tarball, or of a deprecation or unpublish, in bytes.</summary>
    [Range(64 * 1024, 256 * 1024 * 1024)]
    public int MaximumMetadataBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>How long the same publish by the same access token is taken for a repeat of a request whose answer was lost, in seconds.</summary>
    [Range(0, 3600)]
    public int RepeatSeconds { get; set; } = 120;

    /// <summary>What a publish has to prove where neither package nor scope says it: <c>tokens-allowed</c>, <c>2fa-or-oidc</c> or <c>oidc-only</c>.</summary>
    [AllowedValues("tokens-allowed", "2fa-or-oidc", "oidc-only")]
    public string Lock { get; set; } = "2fa-or-oidc";

    /// <summary>How long a loosened lock waits before it takes effect; 0 for not at all.</summary>
    [Range(0, 720)]
    public int LockCoolingOffHours { get; set; } = 24;

    /// <summary>How many people approve a staged version at least. A package can ask for more.</summary>
    [Range(1, 20)]
    public int StageApprovals { get; set; } = 1;

    /// <summary>How long a staged version waits for approval, in days. A package can say otherwise.</summary>
    [Range(1, 90)]
    public int StageDays { get; set; } = 7;

    /// <summary>The longest text of a report, and of the answer to one, in characters.</summary>
    [Range(100, 50_000)]
    public int LongestReport { get; set; } = 4_000;

    /// <summary>How many characters of a search are looked at.</summary>
    [Range(16, 4096)]
    public int LongestSearch { get; set; } = 512;

    /// <summary>How many characters of a readme, from its beginning, can be searched; 0 for none. It counts for what is published from then on.</summary>
    [Range(0, 1_000_000)]
    public int SearchedReadmeCharacters { get; set; } = 16_384;

    /// <summary>Memory for prepared package documents, in bytes.</summary>
    [Range(1024 * 1024, 64L * 1024 * 1024 * 1024)]
    public long DocumentCacheBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Memory for small tarballs that are asked for often, in bytes; 0 for none.</summary>
    [Range(0, 64L * 1024 * 1024 * 1024)]
    public long TarballCacheBytes { get; set; } = 32L * 1024 * 1024;

    /// <summary>The largest file of a version that is shown or compared line by line, in bytes.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int LargestShownFile { get; set; } = 512 * 1024;

    /// <summary>The longest line that is shown of a file; what is longer is cut.</summary>
    [Range(80, 100_000)]
    public int LongestShownLine { get; set; } = 1_000;

    /// <summary>The most lines of a difference that are shown.</summary>
    [Range(10, 100_000)]
    public int LongestDifference { get; set; } = 5_000;

    /// <summary>The largest image of a version that is served for its readme, in bytes.</summary>
    [Range(0, 64 * 1024 * 1024)]
    public int LargestImage { get; set; } = 5 * 1024 * 1024;

    /// <summary>Memory for what is known of the files in tarballs, and for small files lately shown, in bytes.</summary>
    [Range(1024 * 1024, 64L * 1024 * 1024 * 1024)]
    public long ContentsCacheBytes { get; set; } = 16L * 1024 * 1024;

    /// <summary>How often counted downloads are stored, in seconds: what a crash loses at most.</summary>
    [Range(1, 3600)]
    public int CountSeconds { get; set; } = 30;

    /// <summary>How many days downloads are kept by day and version; before that, by month and package.</summary>
    [Range(31, 3650)]
    public int DownloadDays { get; set; } = 400;
}
