using System.Text.Json.Nodes;

namespace Assay.Npm;

/// <summary>The maps from package names to ranges, and the list of bundled packages.</summary>
internal static class DependencyFields
{
    private static readonly string[] Maps =
        ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies", "acceptDependencies"];

    /// <summary>
    /// An empty list or a null stands for no dependencies. Anything else but a map of texts is refused: npm would drop the entries
    /// without a word, and the package would miss them where it is installed.
    /// </summary>
    public static void Check(JsonObject json, List<string> problems)
    {
        foreach (var map in Maps)
        {
            if (IsAbsent(json[map]))
                continue;
            if (json[map] is not JsonObject entries)
                problems.Add($"\"{map}\" in package.json is not an object of package names and ranges.");
            else if (entries.FirstOrDefault(entry => entry.Value.AsText() is null) is { Key: { } name })
                problems.Add($"\"{map}\" in package.json has no range for {Quoted.Of(name)}.");
        }
    }

    public static void Normalise(JsonObject json)
    {
        foreach (var map in Maps)
        {
            if (json.ContainsKey(map) && json[map] is not JsonObject)
                json.Remove(map);
        }

        if (json.ContainsKey("peerDependenciesMeta") && json["peerDependenciesMeta"] is not JsonObject)
            json.Remove("peerDependenciesMeta");
        NormaliseBundle(json);
    }

    private static bool IsAbsent(JsonNode? node) => node is null or JsonArray { Count: 0 } || node.AsText()?.Length == 0;

    private static void NormaliseBundle(JsonObject json)
    {
        var bundle = json.ContainsKey("bundleDependencies") ? json["bundleDependencies"] : json["bundledDependencies"];
        var names = BundledNames(bundle, json["dependencies"] as JsonObject ?? []);
        json.Remove("bundledDependencies");
        json.Remove("bundleDependencies");
        if (names is null)
            return;
        json["bundleDependencies"] = names.ToJsonArray();
        if (names.Count > 0)
            AddMissing(json, names);
    }

    private static List<string>? BundledNames(JsonNode? bundle, JsonObject dependencies) => bundle switch
    {
        JsonArray list => [.. list.Texts().Where(name => name.Length > 0)],
        JsonObject map => [.. map.Select(entry => entry.Key)],
        not null when bundle.IsTrue() => [.. dependencies.Select(entry => entry.Key)],
        _ => null,
    };

    // What is bundled is a dependency, and must be listed as one for clients to keep it.
    private static void AddMissing(JsonObject json, List<string> names)
    {
        if (json["dependencies"] is not JsonObject dependencies)
            json["dependencies"] = dependencies = [];
        foreach (var name in names.Where(name => !dependencies.ContainsKey(name)))
            dependencies[name] = "*";
    }
}
