using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Pages;

/// <summary>Section <c>Assay:Pages</c>.</summary>
internal sealed class PagesOptions
{
    public const string Section = "Assay:Pages";

    /// <summary>Hosts from which browsers load the images of readmes, over HTTPS; none unless somebody says so.</summary>
    public IList<string> ImageHosts { get; } = [];

    /// <summary>The longest readme that is rendered, in bytes; of a longer one so much is shown as it is written.</summary>
    [Range(1024, 16 * 1024 * 1024)]
    public int LongestReadme { get; set; } = 1024 * 1024;

    /// <summary>How long somebody stays away until what was published meanwhile is marked as new to them.</summary>
    [Range(1, 7 * 24 * 60)]
    public int VisitMinutes { get; set; } = 30;

    /// <summary>Memory for rendered readmes, in bytes.</summary>
    [Range(1024 * 1024, 16L * 1024 * 1024 * 1024)]
    public long ReadmeCacheBytes { get; set; } = 16L * 1024 * 1024;
}
