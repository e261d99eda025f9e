namespace Assay.Npm;

public static class NewestVersion
{
    /// <summary>
    /// The highest release, or the highest of all when there are only pre-releases: what npm itself computes. What is no semantic version, as some old
    /// ones are not, counts only when there is nothing else. Null when there is nothing at all.
    /// </summary>
    public static string? Of(IEnumerable<string> versions) => versions
        .Select(text => (Text: text, Parsed: SemanticVersion.TryParse(text, out var parsed) ? parsed : null))
        .OrderBy(version => version.Parsed is null)
        .ThenBy(version => version.Parsed?.IsPrerelease)
        .ThenByDescending(version => version.Parsed)
        .Select(version => version.Text)
        .FirstOrDefault();
}
