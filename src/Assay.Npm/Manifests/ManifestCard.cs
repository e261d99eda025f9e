using System.Text;
using System.Text.Json;

namespace Assay.Npm;

/// <summary>How a package needs another one.</summary>
public enum DependencyKind
{
    Runtime,
    Peer,
    Optional,
}

/// <summary>A package that another one needs where it is installed.</summary>
/// <param name="Name">The package itself, also where it is installed under another name.</param>
/// <param name="Range">As its author wrote it.</param>
/// <param name="Kind">How it is needed.</param>
public sealed record ManifestDependency(string Name, string Range, DependencyKind Kind);

/// <summary>What lists and searches show of a version, read from its stored manifest. Every text is plain and bounded.</summary>
public sealed record ManifestCard
{
    private const int LongestText = 1_000;
    private const int LongestWord = 100;
    private const int MostKeywords = 100;
    private const int MostDependencies = 5_000;

    public string? Description { get; private init; }

    public IReadOnlyList<string> Keywords { get; private init; } = [];

    public string? License { get; private init; }

    /// <summary>Addresses on the web alone; whatever else an author wrote is left out.</summary>
    public string? Homepage { get; private init; }
    public string? Repository { get; private init; }
    public string? Bugs { get; private init; }

    public string? AuthorName { get; private init; }

    public IReadOnlyList<ManifestDependency> Dependencies { get; private init; } = [];

    /// <summary>Reads a manifest as it is stored. One that cannot be read shows nothing: it must not keep its package from being changed.</summary>
    public static ManifestCard Read(ReadOnlyMemory<byte> manifest)
    {
        try
        {
            using var json = JsonDocument.Parse(manifest);
            return Of(json.RootElement);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return new ManifestCard();
        }
    }

    private static ManifestCard Of(JsonElement root) =>
        new()
        {
            Description = Text(Member(root, "description"), LongestText),
            Keywords = [.. Keyword(root)],
            License = Text(Member(root, "license"), LongestWord) ?? Text(Inner(root, "license", "type"), LongestWord),
            Homepage = WebAddress(Member(root, "homepage")),
            Repository = WebAddress(Inner(root, "repository", "url")),
            Bugs = WebAddress(Inner(root, "bugs", "url")),
            AuthorName = Text(Inner(root, "author", "name"), LongestWord),
            Dependencies = ReadDependencies(root),
        };

    private static IEnumerable<string> Keyword(JsonElement root) => Member(root, "keywords") is { ValueKind: JsonValueKind.Array } list
        ? list.EnumerateArray().Select(keyword => Text(keyword, LongestWord)).OfType<string>().Take(MostKeywords)
        : [];

    // npm writes what is optional among the dependencies too, and takes it for optional.
    private static List<ManifestDependency> ReadDependencies(JsonElement root)
    {
        var found = new Dictionary<string, ManifestDependency>(StringComparer.Ordinal);
        (string Map, DependencyKind Kind)[] maps =
            [("optionalDependencies", DependencyKind.Optional), ("dependencies", DependencyKind.Runtime), ("peerDependencies", DependencyKind.Peer)];
        foreach (var (map, kind) in maps)
        {
            var entries = Member(root, map);
            if (entries.ValueKind is not JsonValueKind.Object)
                continue;
            foreach (var entry in entries.EnumerateObject().TakeWhile(_ => found.Count < MostDependencies))
            {
                var (name, range) = Target(entry.Name, Text(entry.Value, LongestText) ?? "*");
                if (PackageName.TryParse(name, null, out _))
                    found.TryAdd(name, new ManifestDependency(name, Cut(range, LongestWord), kind));
            }
        }
        return [.. found.Values];
    }

    // "npm:real@^1" installs another package under this name.
    private static (string Name, string Range) Target(string name, string range)
    {
        if (!range.StartsWith("npm:", StringComparison.Ordinal))
            return (name, range);
        var alias = range[4..];
        var at = alias.LastIndexOf('@');
        return at > 0 ? (alias[..at], alias[(at + 1)..]) : (alias, "*");
    }

    private static JsonElement Member(JsonElement json, string name) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    private static JsonElement Inner(JsonElement json, string name, string inner) => Member(Member(json, name), inner);

    private static string? Text(JsonElement json, int longest) =>
        json.ValueKind is JsonValueKind.String && Cut(json.GetString()!, longest).Trim() is { Length: > 0 } text ? text : null;

    private static string? WebAddress(JsonElement json)
    {
        var text = Text(json, LongestText);
        if (text is not null && text.StartsWith("git+", StringComparison.Ordinal))
            text = text[4..];
        if (text is not null && text.StartsWith("ssh://git@", StringComparison.Ordinal) && HostedRepository.TryParse(text, out var hosted) && hosted.Owner is not null)
            text = $"https://{hosted.Host.Domain}/{hosted.Owner}/{hosted.Project}";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0)
            return null;
        return text!.EndsWith(".git", StringComparison.Ordinal) ? text[..^4] : text;
    }

    // Control characters have no place in a list, and one of the databases keeps no zero; half a character is none.
    private static string Cut(string text, int longest)
    {
        var plain = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (plain.Length + rune.Utf16SequenceLength > longest)
                break;
            plain.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }
        return plain.ToString();
    }
}
