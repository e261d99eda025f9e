namespace Assay.Npm;

public static class ShownTags
{
    /// <summary>The tags that point to versions that are shown. Clients rely on <c>latest</c> while there is any: it moves to the newest when its own is not shown.</summary>
    public static Dictionary<string, string> Of(IReadOnlyDictionary<string, string> tags, IReadOnlyCollection<string> versions)
    {
        var there = versions.ToHashSet(StringComparer.Ordinal);
        var shown = tags.Where(tag => there.Contains(tag.Value)).ToDictionary(StringComparer.Ordinal);
        if (NewestVersion.Of(versions) is { } newest)
        {
            shown.TryAdd(DistTag.Latest.Value, newest);
        }
        return shown;
    }
}
