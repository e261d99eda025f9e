using System.Text;

namespace Assay.Npm;

/// <summary>A path of an archive that is safe to unpack anywhere, divided into its top directory and the rest.</summary>
internal readonly record struct EntryPath(string Top, string Rest, bool IsDirectory)
{
    public static EntryPath Read(string path, TarballLimits limits)
    {
        CheckCharacters(path, limits);
        var isDirectory = path.EndsWith('/');
        var plain = isDirectory ? path[..^1] : path;
        var segments = plain.Split('/');
        if (segments.Length > limits.MaxPathDepth)
            throw Refused("path-too-deep", path, $"has more than {limits.MaxPathDepth} segments");
        foreach (var segment in segments)
            CheckSegment(segment, path);
        return new EntryPath(segments[0], segments.Length == 1 ? "" : plain[(segments[0].Length + 1)..], isDirectory);
    }

    private static void CheckCharacters(string path, TarballLimits limits)
    {
        if (Encoding.UTF8.GetByteCount(path) > limits.MaxPathLength)
            throw Refused("path-too-long", path, $"has more than {limits.MaxPathLength} bytes");
        if (path.StartsWith('/'))
            throw Refused("absolute-path", path, "is absolute");
        if (path.Contains('\\', StringComparison.Ordinal))
            throw Refused("path-backslash", path, "has a backslash");
        if (path.Any(char.IsControl))
            throw Refused("path-control-character", path, "has a control character");
    }

    private static void CheckSegment(string segment, string path)
    {
        if (segment == "..")
            throw Refused("path-escapes", path, "has a \"..\" segment");
        if (segment is "" or ".")
            throw Refused("path-not-plain", path, "has an empty or \".\" segment");
        // Below the top directory too: npm strips that one, and "C:/x" is what remains.
        if (segment.Length >= 2 && segment[1] == ':' && char.IsAsciiLetter(segment[0]))
            throw Refused("path-drive-letter", path, "has a drive letter");
    }

    private static TarballRefusedException Refused(string code, string path, string what) =>
        new(code, $"The path {Quoted.Of(path)} {what}.");
}
