namespace Assay.Server.Packages;

/// <summary>Whether the client's copy is still good (RFC 9110 section 13): the tag decides; the date only when no tag is sent.</summary>
internal static class Conditions
{
    public static bool IsUnchanged(HttpRequest request, string etag, DateTimeOffset? modified)
    {
        var tags = request.Headers.IfNoneMatch;
        if (tags.Count > 0)
        {
            return tags.Any(tag => Matches(tag, etag));
        }
        return modified is { } time
            && request.GetTypedHeaders().IfModifiedSince is { } since
            && time.ToUnixTimeSeconds() <= since.ToUnixTimeSeconds();
    }

    private static bool Matches(string? header, string etag)
    {
        foreach (var candidate in (header ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            var tag = candidate.StartsWith("W/", StringComparison.Ordinal) ? candidate[2..] : candidate;
            if (tag == etag || tag == "*")
            {
                return true;
            }
        }
        return false;
    }
}
