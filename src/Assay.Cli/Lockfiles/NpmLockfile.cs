using System.Text.Json;
using Assay.Npm;

namespace Assay.Cli.Lockfiles;

/// <summary>npm's package-lock.json and npm-shrinkwrap.json, versions 2 and 3: the member <c>packages</c>, by place on disk.</summary>
internal static class NpmLockfile
{
    private const string Modules = "node_modules/";

    public static Lockfile Read(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 256 });
            return Read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new LockfileRefused("It is not the JSON that npm writes.");
        }
    }

    private static Lockfile Read(JsonElement root)
    {
        if (root.Member("lockfileVersion") is not { ValueKind: JsonValueKind.Number } version || version.GetInt32() is not (2 or 3)
            || root.Member("packages") is not { ValueKind: JsonValueKind.Object } packages)
        {
            throw new LockfileRefused("Only lockfileVersion 2 and 3 of npm can be read. npm 7 and later write them: npm install --package-lock-only");
        }
        return Lockfile.Of(packages.EnumerateObject().Where(IsInstalled).Select(member => Package(member.Name, member.Value)));
    }

    // Workspaces and links are the project's own; bundled packages come inside another one's tarball, whose integrity covers them.
    private static bool IsInstalled(JsonProperty member) =>
        member.Name.Contains(Modules, StringComparison.Ordinal) && !IsTrue(member.Value, "link") && !IsTrue(member.Value, "inBundle");

    private static LockedPackage? Package(string place, JsonElement entry)
    {
        var resolved = entry.Text("resolved");
        var url = resolved is null ? null : ResolvedUrl.Read(resolved);
        if (resolved is not null && url is null
            || !PackageName.TryParse(entry.Text("name") ?? place[(place.LastIndexOf(Modules, StringComparison.Ordinal) + Modules.Length)..], out var name)
            || !SemanticVersion.TryParse(entry.Text("version"), out var version))
        {
            return null;
        }
        return new LockedPackage(name, version, Integrity.TryParse(entry.Text("integrity"), out var integrity) ? integrity : null, url);
    }

    private static bool IsTrue(JsonElement entry, string name) => entry.Member(name) is { ValueKind: JsonValueKind.True };

    private static string? Text(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static JsonElement? Member(this JsonElement element, string name) => element.TryGetProperty(name, out var member) ? member : null;
}
