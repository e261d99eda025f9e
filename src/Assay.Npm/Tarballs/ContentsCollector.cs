using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Npm;

/// <summary>Collects what the registry keeps of an archive, and refuses archives whose entries do not make one package.</summary>
internal sealed class ContentsCollector(TarballLimits limits)
{
    private const int MaxJsonDepth = 64;

    private readonly HashSet<string> paths = new(StringComparer.Ordinal);
    private readonly List<TarballFile> files = [];
    private string? top;
    private long unpackedSize;
    private long pathLength;
    private JsonObject? packageJson;
    private (string Name, byte[] Bytes)? readme;

    /// <summary>Takes note of an entry; the answer is how many bytes of its contents are wanted.</summary>
    public int Announce(TarEntry entry)
    {
        var (directory, rest, _) = entry.Path;
        top ??= directory;
        if (directory != top || (rest.Length == 0 && entry.IsFile))
            throw new TarballRefusedException("outside-top-directory", $"{Name(entry)} lies outside the top directory {Quoted.Of(top)}.");
        pathLength += rest.Length;
        if (pathLength > limits.MaxTotalPathLength)
            throw new TarballRefusedException("paths-too-long", $"The paths up to {Name(entry)} are too long together.");
        if (!paths.Add(rest))
            throw new TarballRefusedException("duplicate-entry", $"{Name(entry)} occurs twice.");
        if (!entry.IsFile)
            return 0;
        files.Add(new TarballFile(rest, entry.Size));
        unpackedSize += entry.Size;
        return WantedBytes(rest, entry.Size);
    }

    public void Take(TarEntry entry, byte[] content)
    {
        if (entry.Path.Rest == "package.json")
            packageJson = Parse(content);
        else if (content.Length > 0)
            readme = (entry.Path.Rest, content);
    }

    public TarballContents Finish()
    {
        if (packageJson is null)
            throw new TarballRefusedException("missing-package-json", "There is no package.json in the top directory.");
        return new TarballContents
        {
            PackageJson = packageJson,
            Readme = readme is { } found ? ReadmeText.Decode(found.Bytes, limits.MaxReadmeSize) : null,
            ReadmeFilename = readme?.Name,
            Files = files,
            UnpackedSize = unpackedSize,
            HasShrinkwrap = paths.Contains("npm-shrinkwrap.json"),
            HasBindingGyp = paths.Contains("binding.gyp"),
        };
    }

    private int WantedBytes(string path, long size)
    {
        if (path.Equals("package.json", StringComparison.OrdinalIgnoreCase))
            return CheckPackageJson(path, size);
        // A character more than is kept, to see where the last one that fits ends.
        var better = ReadmeText.Rank(path) < ReadmeText.Rank(readme?.Name);
        return better ? limits.MaxReadmeSize + 4 : 0;
    }

    // Where upper and lower case are the same file, PACKAGE.JSON would replace the manifest that was judged.
    private int CheckPackageJson(string path, long size)
    {
        if (path != "package.json")
            throw new TarballRefusedException("second-package-json", $"{Quoted.Of(path)} is package.json to some file systems.");
        if (size > limits.MaxPackageJsonSize)
            throw new TarballRefusedException("package-json-too-large", $"package.json has more than {limits.MaxPackageJsonSize} bytes.");
        return limits.MaxPackageJsonSize;
    }

    private static JsonObject Parse(byte[] content)
    {
        try
        {
            return JsonTree.ParseObject(content, MaxJsonDepth, uniqueDepth: 1);
        }
        catch (JsonException exception)
        {
            throw new TarballRefusedException("invalid-package-json", $"package.json cannot be read: {exception.Message}");
        }
    }

    private static string Name(TarEntry entry) => Quoted.Of($"{entry.Path.Top}/{entry.Path.Rest}");
}
