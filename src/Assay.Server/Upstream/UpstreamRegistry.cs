using Assay.Npm;
using Assay.Server.Data;
using Assay.Trust.Bindings;

namespace Assay.Server.Upstream;

/// <summary>A registry that answers for names that are not ours.</summary>
internal sealed class UpstreamRegistry
{
    private UpstreamRegistry()
    {
    }

    public required string Id { get; init; }

    /// <summary>What stored things of it are marked with: under the same name there may be another registry tomorrow.</summary>
    public string Key => $"{Id} {Url}";

    /// <summary>Ends with a slash.</summary>
    public required Uri Url { get; init; }

    /// <summary>Null when it wants none. Never shown.</summary>
    public string? Token { get; private init; }

    /// <summary>One that only the token may see, if the operator named any.</summary>
    public PackageName? PrivatePackage { get; private init; }

    public required IReadOnlyList<NamePattern> Names { get; init; }

    public IReadOnlyList<string> AlsoFrom { get; private init; } = [];

    public SignatureRequirement RequireSignature { get; private init; }

    /// <summary>The address of the document of a name, spelled as npm spells it.</summary>
    public Uri DocumentOf(PackageName name) => new(Url, name.Escaped);

    /// <summary>How closely its patterns fit; null when none does.</summary>
    public int? FitOf(PackageName name) => Names.Where(pattern => pattern.Matches(name.Value)).Select(pattern => (int?)pattern.Specificity).Max();

    public override string ToString() => $"{Id} ({Url})";

    /// <summary>The URL in a <see cref="Key"/>, also in that of a registry which is no longer set.</summary>
    public static string UrlIn(string key) => new Uri(key[(key.IndexOf(" http", StringComparison.Ordinal) + 1)..]).AbsoluteUri;

    /// <exception cref="StartRefused">A value is wrong; the message names its key.</exception>
    public static UpstreamRegistry Read(string id, UpstreamRegistryOptions options, string dataDirectory)
    {
        var key = $"{UpstreamOptions.Section}:Registries:{id}";
        if (!Uri.TryCreate(options.Url.TrimEnd('/') + "/", UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0 || url.Query.Length > 0)
        {
            throw new StartRefused($"Wrong configuration value for {key}:Url: '{options.Url}' is not a URL like https://registry.npmjs.org/. A token belongs in {key}:TokenFile.");
        }
        var names = options.Names.DefaultIfEmpty("*").Select(text => NamePattern.TryParse(text, out var pattern)
            ? pattern
            : throw new StartRefused($"Wrong configuration value for {key}:Names: '{text}' is not *, @scope/*, @scope/prefix* or one name.")).ToList();
        return new UpstreamRegistry
        {
            Id = id,
            Url = url,
            Token = ReadToken(key, options.TokenFile, dataDirectory),
            PrivatePackage = ReadName($"{key}:PrivatePackage", options.PrivatePackage),
            Names = names,
            AlsoFrom = [.. options.AlsoFrom],
            RequireSignature = options.RequireSignature,
        };
    }

    private static PackageName? ReadName(string key, string? text) => text is null ? null : PackageName.TryParse(text, out var name)
        ? name
        : throw new StartRefused($"Wrong configuration value for {key}: '{text}' is not the name of a package.");

    private static string? ReadToken(string key, string? file, string dataDirectory)
    {
        if (file is null)
        {
            return null;
        }
        var path = Path.GetFullPath(file, Path.GetFullPath(dataDirectory));
        try
        {
            return File.ReadAllText(path).Trim() is { Length: > 0 } token ? token : throw new StartRefused($"Wrong configuration value for {key}:TokenFile: {path} is empty.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartRefused($"Wrong configuration value for {key}:TokenFile: cannot read {path}: {failure.Message}");
        }
    }
}

/// <summary>Which registry answers for a name: one at most, so that nothing of two registries is ever mixed.</summary>
internal sealed class UpstreamRoutes(IReadOnlyList<UpstreamRegistry> registries)
{
    public IReadOnlyList<UpstreamRegistry> All { get; } = registries;

    /// <exception cref="StartRefused">Two registries claim the same names.</exception>
    public static UpstreamRoutes Read(UpstreamOptions options, string dataDirectory)
    {
        var registries = options.Registries.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => UpstreamRegistry.Read(pair.Key, pair.Value, dataDirectory)).ToList();
        var twice = registries.SelectMany(registry => registry.Names.Select(pattern => (registry.Id, pattern.Text)))
            .GroupBy(claim => claim.Text).FirstOrDefault(claims => claims.Select(claim => claim.Id).Distinct().Count() > 1);
        return twice is null
            ? new UpstreamRoutes(registries)
            : throw new StartRefused($"Wrong configuration: {string.Join(" and ", twice.Select(claim => $"{UpstreamOptions.Section}:Registries:{claim.Id}:Names"))} both have '{twice.Key}'. One registry answers for a name.");
    }

    /// <summary>Whether any registry answers for any name of the scope.</summary>
    public bool TouchScope(string scope) => NamePattern.TryParse($"{scope}/*", out var all) && All.Any(registry => registry.Names.Any(all.Overlaps));

    public UpstreamRegistry? For(PackageName name) => All
        .Select(registry => (Registry: registry, Fit: registry.FitOf(name)))
        .Where(candidate => candidate.Fit is not null)
        .OrderByDescending(candidate => candidate.Fit)
        .Select(candidate => candidate.Registry)
        .FirstOrDefault();
}
