using Assay.Npm;

namespace Assay.Server.Packages;

internal static class NewestVersion
{
    /// <summary>The highest release, or the highest of all when there are only prereleases: what npm itself computes.</summary>
    public static string Of(IEnumerable<string> versions)
    {
        var parsed = versions.Select(text => SemanticVersion.TryParse(text, out var version) ? version : null).OfType<SemanticVersion>().ToList();
        return (parsed.Where(version => !version.IsPrerelease).Max() ?? parsed.Max())!.ToString();
    }
}
