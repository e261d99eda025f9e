using System.Text.Json;
using Assay.Npm;

namespace Assay.Server.Upstream.Advisories.Osv;

/// <summary>The part of a document that says which versions are affected. A version is when it is listed, or when it lies in a range.</summary>
internal static class OsvAffected
{
    private const string Ecosystem = "npm";

    /// <summary>By package; what cannot be read is told and left out.</summary>
    public static IReadOnlyDictionary<string, string> Read(JsonElement root, Action<string> problem)
    {
        Dictionary<string, List<string>> packages = new(StringComparer.Ordinal);
        foreach (var affected in root.Items("affected").Where(affected => affected.Member("package")?.Text("ecosystem") == Ecosystem))
        {
            var text = affected.Member("package")?.Text("name");
            if (!PackageName.TryParse(text, null, out var name))
            {
                problem("names a package that is none");
                continue;
            }
            if (!packages.TryGetValue(name.Value, out var alternatives))
            {
                packages[name.Value] = alternatives = [];
            }
            alternatives.AddRange(Alternatives(affected, what => problem($"{what} of {name}")));
        }
        return packages.Where(package => package.Value.Count > 0).ToDictionary(
            package => package.Key, package => Together(package.Value), StringComparer.Ordinal);
    }

    private static List<string> Alternatives(JsonElement affected, Action<string> problem)
    {
        List<string> alternatives = [];
        foreach (var range in affected.Items("ranges").Where(range => range.Text("type") is "SEMVER" or "ECOSYSTEM"))
        {
            if (OsvRange.TryRead(range, out var intervals))
            {
                alternatives.AddRange(intervals);
            }
            else
            {
                problem("has a range that cannot be read");
            }
        }
        foreach (var text in affected.Texts("versions"))
        {
            if (!SemanticVersion.TryParse(text, out var version))
            {
                problem("lists a version that is none");
            }
            else if (!alternatives.Exists(alternative => VulnerableRange.Holds(alternative, version)))
            {
                alternatives.Add(version.ToString());
            }
        }
        if (alternatives.Count == 0)
        {
            problem("does not say which versions");
        }
        return alternatives;
    }

    private static string Together(IReadOnlyCollection<string> alternatives) => alternatives.Contains(VulnerableRange.Everything)
        ? VulnerableRange.Everything
        : string.Join(VulnerableRange.Or, alternatives.Distinct(StringComparer.Ordinal));
}
