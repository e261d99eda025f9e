using System.Net;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Identity;
using Assay.Server.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

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

    /// <summary>Who asks with this token, as pages hand it to an operation.</summary>
    public static async Task<Caller> CallerAsync(this RegistryApp app, string? token)
    {
        var context = new DefaultHttpContext { RequestServices = app.Services };
        context.Request.Headers.Authorization = token is null ? default : $"Bearer {token}";
        return await app.Services.GetRequiredService<CallerResolver>().ResolveAsync(context);
    }

    public static PackageName Parsed(string name) => PackageName.TryParse(name, null, out var parsed) ? parsed : throw new InvalidOperationException(name);

    public static JsonArray Texts(params string[] texts) => new([.. texts.Select(text => (JsonNode?)text)]);
}
