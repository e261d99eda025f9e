using System.Text.Json;

namespace Assay.Server.Import;

/// <summary>
/// Asks a registry what it has. The npm protocol has no list of packages: Verdaccio has one for its pages, old registries <c>/-/all</c>, and
/// others a search that can be asked for everything that it finds.
/// </summary>
internal sealed class RegistryListing(Uri registry, SourceFetch fetch, int mostBytes)
{
    private const int PageSize = 250;
    private const int MostPages = 4000;

    private bool isDenied;
    private string? lastReason;

    /// <summary>The names, and the address that listed them.</summary>
    /// <exception cref="SourceFailure">It has no list.</exception>
    public async Task<SourceNames> ReadAsync(NameSelection selection, CancellationToken cancellationToken)
    {
        foreach (var path in new[] { "-/verdaccio/data/packages", "-/all" })
        {
            if (await TryAsync(path, Names, cancellationToken) is { Count: > 0 } names)
            {
                return new SourceNames(names, path);
            }
        }
        var texts = selection.IsAll ? [""] : selection.Patterns.Select(pattern => pattern.Text.TrimEnd('*').TrimEnd('/')).Distinct(StringComparer.Ordinal);
        var found = new List<string>();
        foreach (var text in texts)
        {
            found.AddRange(await SearchAsync(text, cancellationToken));
        }
        return found.Count > 0
            ? new SourceNames(found, "-/v1/search")
            : throw new SourceFailure(
                "no-listing",
                $"{registry} does not list its packages (asked: /-/verdaccio/data/packages, /-/all, /-/v1/search). Name them, with --names or in a file with --list."
                + (isDenied ? " It may list them for a token that may read (--token-file FILE)." : "")
                + (lastReason is null ? "" : $" The last reason: {lastReason}"));
    }

    private async Task<HashSet<string>> SearchAsync(string text, CancellationToken cancellationToken)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        for (var page = 0; page < MostPages; page++)
        {
            var names = await TryAsync($"-/v1/search?text={Uri.EscapeDataString(text)}&size={PageSize}&from={page * PageSize}", Found, cancellationToken) ?? [];
            var known = found.Count;
            found.UnionWith(names);
            // Some answer any page with the first one.
            if (names.Count == 0 || found.Count == known)
            {
                break;
            }
        }
        return found;
    }

    private async Task<List<string>?> TryAsync(string path, Func<JsonElement, List<string>> read, CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(await fetch.DocumentAsync(new Uri(registry, path), mostBytes, cancellationToken));
            return read(document.RootElement);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            lastReason = $"/{path.Split('?')[0]} answered with no list.";
            return null;
        }
        catch (SourceFailure none)
        {
            isDenied |= none.Code == "source-denied";
            lastReason = none.Message;
            return null;
        }
    }

    // A list of packages, or a map of them by their names beside members of another kind.
    private static List<string> Names(JsonElement root) => root.ValueKind switch
    {
        JsonValueKind.Array => [.. root.EnumerateArray().Select(Name).OfType<string>()],
        JsonValueKind.Object => [.. root.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Object && Name(member.Value) is not null).Select(member => member.Name)],
        _ => [],
    };

    private static List<string> Found(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("objects", out var objects) && objects.ValueKind == JsonValueKind.Array
            ? [.. objects.EnumerateArray().Where(each => each.ValueKind == JsonValueKind.Object)
                .Select(each => each.TryGetProperty("package", out var package) ? Name(package) : null).OfType<string>()]
            : [];

    private static string? Name(JsonElement package) =>
        package.ValueKind == JsonValueKind.Object && package.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
}
