using System.Text.RegularExpressions;
using Assay.Npm;

namespace Assay.Cli.Registry;

/// <summary>Which registry has which packages, and with which token it is asked: npm's settings, the nearest file first.</summary>
internal sealed partial class NpmConfig
{
    private readonly IReadOnlyList<IReadOnlyDictionary<string, string>> files;

    /// <param name="files">The texts of .npmrc files; earlier ones win.</param>
    /// <param name="variable">The environment, for <c>${NAME}</c>.</param>
    public NpmConfig(IEnumerable<string> files, Func<string, string?> variable) =>
        this.files = [.. files.Select(text => Read(text, variable))];

    /// <summary>Null where no file names one; npm's own default is not assumed.</summary>
    public RegistryUrl? Registry => RegistryAt("registry");

    /// <summary>All registries that are named.</summary>
    public IEnumerable<RegistryUrl> Registries => files.SelectMany(file => file.Keys)
        .Where(key => key == "registry" || key.StartsWith('@') && key.EndsWith(":registry", StringComparison.Ordinal))
        .Select(RegistryAt).OfType<RegistryUrl>().Distinct();

    public RegistryUrl? RegistryOf(PackageName name) => name.Scope is { } scope ? RegistryAt($"{scope}:registry") : null;

    /// <summary>The token of the longest part of the address that has one (npm's rule): one of another host is never found.</summary>
    public string? TokenFor(RegistryUrl registry)
    {
        var path = registry.Value.AbsolutePath;
        while (true)
        {
            if (Find($"//{registry.Value.Authority}{path}:_authToken") is { Length: > 0 } token)
            {
                // A variable that is not set: the text would be sent as if it were a token.
                return token.Contains("${", StringComparison.Ordinal) ? null : token;
            }
            if (path == "/")
            {
                return null;
            }
            path = path[..(path.TrimEnd('/').LastIndexOf('/') + 1)];
        }
    }

    private RegistryUrl? RegistryAt(string key) => RegistryUrl.TryParse(Find(key), out var url) ? url : null;

    private string? Find(string key) => files.Select(file => file.GetValueOrDefault(key)).FirstOrDefault(value => value is not null);

    private static Dictionary<string, string> Read(string text, Func<string, string?> variable)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] is not (';' or '#')))
        {
            if (line.Split('=', 2) is [var key, var value])
            {
                values[Expand(key.Trim(), variable)] = Expand(value.Trim().Trim('"', '\''), variable);
            }
        }
        return values;
    }

    // npm 11: an unknown variable stays as it is written, one with a question mark becomes nothing.
    private static string Expand(string text, Func<string, string?> variable) => Variables().Replace(text, match =>
        variable(match.Groups[1].Value) ?? (match.Groups[2].Length > 0 ? "" : match.Value));

    [GeneratedRegex(@"\$\{([^${}?]+)(\?)?\}", RegexOptions.None, 1000)]
    private static partial Regex Variables();
}
