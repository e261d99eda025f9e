using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Packages.Search;

/// <summary>What tests of searching do again and again.</summary>
internal static class Searching
{
    /// <summary>As <c>npm search</c> asks.</summary>
    public static async Task<JsonObject> SearchAsync(this RegistryApp app, string? token, string text, string more = "")
    {
        using var answer = await app.GetAsync($"/-/v1/search?text={Uri.EscapeDataString(text)}{more}", token);
        return await answer.ShouldBeAsync(HttpStatusCode.OK);
    }

    /// <summary>The names that are found, in their order.</summary>
    public static async Task<string[]> FoundAsync(this RegistryApp app, string? token, string text, string more = "")
    {
        var answer = await app.SearchAsync(token, text, more);
        string[] names = [.. answer["objects"]!.AsArray().Select(found => (string)found!["package"]!["name"]!)];
        Assert.True(more.Length > 0 || (int)answer["total"]! == names.Length, $"{answer["total"]} of {names.Length}");
        return names;
    }

    /// <summary>A package with something to be found by.</summary>
    public static TestPackage Package(string name, string description = "", string version = "1.0.0", Action<JsonObject>? with = null)
    {
        var manifest = new JsonObject { ["license"] = "MIT", ["description"] = description };
        with?.Invoke(manifest);
        return new TestPackage(name, version) { Manifest = manifest };
    }

    public static JsonArray Texts(params string[] texts) => new([.. texts.Select(text => (JsonNode?)text)]);
}
