namespace Assay.Npm;

/// <summary>Paths that authors write into package.json.</summary>
internal static class PlainPath
{
    /// <summary>
    /// The path with forward slashes and without <c>.</c>, <c>..</c> and drive letters, so that it cannot lead out of the package;
    /// empty if nothing is left.
    /// </summary>
    public static string Inside(string path)
    {
        List<string> segments = [];
        foreach (var segment in path.Split('/', '\\', ':'))
        {
            if (segment == ".." && segments.Count > 0)
                segments.RemoveAt(segments.Count - 1);
            else if (segment is not ("" or "." or ".."))
                segments.Add(segment);
        }

        return string.Join('/', segments);
    }

    public static string LastSegment(string path) => path.TrimEnd('/')[(path.TrimEnd('/').LastIndexOf('/') + 1)..];
}
