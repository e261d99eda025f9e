using System.Text.Json.Nodes;

namespace Assay.Npm;

/// <summary>The members that an installing client reads.</summary>
internal static class AbbreviatedFields
{
    private static readonly string[] Kept =
    [
        "name", "version", "license", "dependencies", "optionalDependencies", "devDependencies", "peerDependencies",
        "peerDependenciesMeta", "acceptDependencies", "bundleDependencies", "bin", "directories", "engines", "os", "cpu", "libc",
        "funding", "hasInstallScript",
    ];

    // What the registry states of its own versions in other ways stands in the document of another's.
    private static readonly string[] KeptOfForeign = [.. Kept, "_hasShrinkwrap", "deprecated", "_npmUser"];

    public static bool IsOfForeign(string member) => KeptOfForeign.Contains(member, StringComparer.Ordinal);

    public static JsonObject Select(JsonObject full)
    {
        var selected = new JsonObject();
        foreach (var member in Kept)
        {
            if (full[member] is { } value)
                selected[member] = value.DeepClone();
        }

        if (full["_hasShrinkwrap"].IsTrue())
            selected["_hasShrinkwrap"] = true;
        return selected;
    }
}
