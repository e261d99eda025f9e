using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Assay.Npm;

/// <summary>Makes a manifest of a package.json: checks what must be right, then normalises in the order of npm's publish.</summary>
internal static class ManifestReader
{
    public static bool TryRead(
        TarballContents contents,
        PublisherDetails publisher,
        [NotNullWhen(true)] out PackageManifest? manifest,
        out IReadOnlyList<string> problems)
    {
        manifest = null;
        List<string> found = [];
        problems = found;
        var json = contents.PackageJson.DeepClone().AsObject();
        var name = ReadName(json, found);
        var version = ReadVersion(json, found);
        if (json["private"].IsTrue())
            found.Add("package.json says \"private\": true; remove it to publish the package.");
        DependencyFields.Check(json, found);
        if (found.Count > 0 || name is null || version is null)
            return false;
        Normalise(json, name, version, contents);
        ServerFields.AddPublisher(json, publisher);
        manifest = Describe(json, name, version);
        return true;
    }

    private static PackageName? ReadName(JsonObject json, List<string> problems)
    {
        if (PackageName.TryParse(json["name"].AsText(), out var name))
            return name;
        problems.Add("The \"name\" in package.json is missing or is not a valid package name.");
        return null;
    }

    private static SemanticVersion? ReadVersion(JsonObject json, List<string> problems)
    {
        if (SemanticVersion.TryClean(json["version"].AsText(), out var version))
            return version;
        problems.Add("The \"version\" in package.json is missing or is not a semantic version.");
        return null;
    }

    private static void Normalise(JsonObject json, PackageName name, SemanticVersion version, TarballContents contents)
    {
        ServerFields.Remove(json);
        json["name"] = name.Value;
        json["version"] = version.ToString();
        ScriptFields.Normalise(json, contents.HasBindingGyp);
        DependencyFields.Normalise(json);
        BinFields.Normalise(json, name, contents.Files);
        LinkFields.Normalise(json);
        DescriptiveFields.Normalise(json);
        json["_id"] = $"{name}@{version}";
        json["_hasShrinkwrap"] = contents.HasShrinkwrap;
        if (ScriptFields.HasInstallScript(json))
            json["hasInstallScript"] = true;
    }

    private static PackageManifest Describe(JsonObject json, PackageName name, SemanticVersion version) => new()
    {
        Name = name,
        Version = version,
        FullJson = json.ToUtf8(),
        AbbreviatedJson = AbbreviatedFields.Select(json).ToUtf8(),
        Description = json["description"].AsText(),
        Keywords = json["keywords"] is JsonArray keywords ? [.. keywords.Texts()] : [],
        RepositoryUrl = (json["repository"] as JsonObject)?["url"].AsText(),
        License = json["license"].AsText() ?? (json["license"] as JsonObject)?["type"].AsText(),
        HasInstallScript = json.ContainsKey("hasInstallScript"),
    };
}
