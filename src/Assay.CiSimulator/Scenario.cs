using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.CiSimulator;

/// <summary>Claims every job of a provider starts from, as merge patches on the built-in ones; <c>null</c> removes a claim.</summary>
public sealed record Scenario
{
    public JsonObject Github { get; init; } = [];

    public JsonObject Gitlab { get; init; } = [];

    public JsonObject Circleci { get; init; } = [];

    /// <summary>Reads <c>{"github": {…}, "gitlab": {…}, "circleci": {…}}</c>, each member optional.</summary>
    public static Scenario Parse(string json)
    {
        var root = JsonNode.Parse(json) as JsonObject ?? throw new JsonException("A scenario is a JSON object.");

        foreach (var (provider, claims) in root)
        {
            if (provider is not ("github" or "gitlab" or "circleci") || claims is not JsonObject)
            {
                throw new JsonException($"A scenario has the objects github, gitlab and circleci; '{provider}' is not one of them.");
            }
        }

        return new Scenario { Github = Of(root, "github"), Gitlab = Of(root, "gitlab"), Circleci = Of(root, "circleci") };
    }

    private static JsonObject Of(JsonObject root, string provider) => root[provider]?.DeepClone() as JsonObject ?? [];
}
