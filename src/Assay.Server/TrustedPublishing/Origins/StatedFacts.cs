using System.Text.Json;
using Assay.Trust.Providers;
using Assay.Trust.Runs;

namespace Assay.Server.TrustedPublishing;

/// <summary>Takes a statement apart into its members, and puts beside each what the provider's definition says of it.</summary>
internal static class StatedFacts
{
    public static IReadOnlyList<StatedFact> Of(byte[] statement, ProviderCatalog catalog)
    {
        using var json = JsonDocument.Parse(statement);
        var predicate = json.RootElement.GetProperty("predicate");
        if (!predicate.TryGetProperty("buildDefinition", out var build))
        {
            return [.. Leaves("", predicate).Select(leaf => new StatedFact(leaf.Path, leaf.Value, null, null))];
        }
        var provider = build.GetProperty("internalParameters").GetProperty("identityToken").GetProperty("provider").GetString() ?? "";
        var members = catalog.Find(provider) is { } definition
            ? StatementMember.Of(definition).DistinctBy(member => member.Path).ToDictionary(member => member.Path, StringComparer.Ordinal)
            : [];
        return [.. Leaves("", predicate).Select(leaf => members.GetValueOrDefault(leaf.Path) is { } member
            ? new StatedFact(leaf.Path, leaf.Value, member.Means, member.Origin)
            : new StatedFact(leaf.Path, leaf.Value, null, null))];
    }

    private static IEnumerable<(string Path, string Value)> Leaves(string path, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Leaves(path.Length == 0 ? member.Name : $"{path}.{member.Name}", member.Value)),
        // Dependencies are known by their names, as in the page of the build type.
        JsonValueKind.Array => element.EnumerateArray().SelectMany((item, at) => Leaves($"{path}[{NameOf(item) ?? $"{at}"}]", item)),
        JsonValueKind.String => [(path, element.GetString()!)],
        _ => [(path, element.GetRawText())],
    };

    private static string? NameOf(JsonElement item) =>
        item.ValueKind is JsonValueKind.Object && item.TryGetProperty("name", out var name) && name.ValueKind is JsonValueKind.String ? name.GetString() : null;
}
