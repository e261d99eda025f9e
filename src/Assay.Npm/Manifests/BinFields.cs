using System.Text.Json.Nodes;

namespace Assay.Npm;

/// <summary>The commands of a package: always a map from plain names to paths inside the package.</summary>
internal static class BinFields
{
    public static void Normalise(JsonObject json, PackageName name, IReadOnlyList<TarballFile> files)
    {
        var bin = json["bin"];
        if (IsAbsent(bin) && (json["directories"] as JsonObject)?["bin"].AsText() is { Length: > 0 } directory)
            Set(json, FromDirectory(directory, files));
        else
            Set(json, Clean(bin, name));
    }

    private static bool IsAbsent(JsonNode? bin) => bin is null || bin.AsText()?.Length == 0;

    private static void Set(JsonObject json, JsonObject bin)
    {
        if (bin.Count > 0)
            json["bin"] = bin;
        else
            json.Remove("bin");
    }

    private static JsonObject FromDirectory(string directory, IReadOnlyList<TarballFile> files)
    {
        var prefix = PlainPath.Inside(directory);
        prefix = prefix.Length == 0 ? "" : prefix + "/";
        var bin = new JsonObject();
        foreach (var path in files.Select(file => file.Path).Where(path => path.StartsWith(prefix, StringComparison.Ordinal)))
        {
            if (!path[prefix.Length..].Split('/').Any(segment => segment.StartsWith('.')))
                bin[PlainPath.LastSegment(path)] = path;
        }

        return bin;
    }

    // The command of a scoped package is its name without the scope: npm takes the last segment.
    private static JsonObject Clean(JsonNode? bin, PackageName name)
    {
        var cleaned = new JsonObject();
        foreach (var (command, path) in Entries(bin, name))
        {
            var key = PlainPath.LastSegment(PlainPath.Inside(command));
            var target = PlainPath.Inside(path);
            if (key.Length > 0 && target.Length > 0)
                cleaned[key] = target;
        }

        return cleaned;
    }

    private static IEnumerable<(string Command, string Path)> Entries(JsonNode? bin, PackageName name) => bin switch
    {
        JsonObject map => map.Where(entry => entry.Value.AsText() is not null).Select(entry => (entry.Key, entry.Value.AsText()!)),
        JsonArray list => list.Texts().Select(path => (PlainPath.LastSegment(path), path)),
        _ when bin.AsText() is { Length: > 0 } path => [(name.BaseName, path)],
        _ => [],
    };
}
