using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Assay.Npm;

/// <summary>The scripts: texts only, and the install script that a binding.gyp implies.</summary>
internal static partial class ScriptFields
{
    public static void Normalise(JsonObject json, bool hasBindingGyp)
    {
        if (json.ContainsKey("scripts") && json["scripts"] is not JsonObject)
            json.Remove("scripts");
        if (json["scripts"] is JsonObject scripts)
            KeepTexts(scripts);
        if (hasBindingGyp && json["gypfile"]?.GetValueKind() != System.Text.Json.JsonValueKind.False)
            AddBuild(json);
    }

    public static bool HasInstallScript(JsonObject json) =>
        json["scripts"] is JsonObject scripts
        && (HasScript(scripts, "preinstall") || HasScript(scripts, "install") || HasScript(scripts, "postinstall"));

    private static bool HasScript(JsonObject scripts, string name) => scripts[name].AsText() is { Length: > 0 };

    private static void KeepTexts(JsonObject scripts)
    {
        foreach (var (name, script) in scripts.ToList())
        {
            if (script.AsText() is { } text)
                scripts[name] = LocalBinary().Replace(text, "", 1);
            else
                scripts.Remove(name);
        }
    }

    private static void AddBuild(JsonObject json)
    {
        var scripts = json["scripts"] as JsonObject ?? [];
        if (HasScript(scripts, "install") || HasScript(scripts, "preinstall"))
            return;
        scripts["install"] = "node-gyp rebuild";
        json["scripts"] ??= scripts;
        json["gypfile"] = true;
    }

    // Scripts run with this directory on their path.
    [GeneratedRegex(@"\A(\.[/\\])?node_modules[/\\].bin[\\/]")]
    private static partial Regex LocalBinary();
}
