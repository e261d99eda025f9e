using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Fixtures;

/// <summary>How many facts there are: what "nothing stored" compares.</summary>
internal sealed record StoredFacts(int Packages, int Versions, int Tags, int Owners);

/// <summary>What tests of packages do again and again.</summary>
internal static class PublishingExtensions
{
    public static async Task PublishedAsync(this RegistryApp app, string token, TestPackage package) =>
        await (await package.PublishAsync(app, token)).ShouldBeAsync(HttpStatusCode.Created);

    /// <summary>The full document, as a client reads it before it changes something.</summary>
    public static async Task<JsonObject> PackumentAsync(this RegistryApp app, string token, string name) =>
        await (await app.GetAsync($"/{name.Replace("/", "%2f", StringComparison.Ordinal)}?write=true", token)).ShouldBeAsync(HttpStatusCode.OK);

    /// <summary>A further access token, made as <c>npm token create</c> makes it.</summary>
    public static async Task<string> TokenAsync(this RegistryApp app, string token, JsonObject wanted)
    {
        wanted["password"] = RegistryApp.Password;
        if (!new[] { "packages", "packages_all", "scopes", "orgs", "readonly" }.Any(wanted.ContainsKey))
        {
            wanted["packages_all"] = true;
        }
        var created = await (await app.PostAsync("/-/npm/v1/tokens", token, wanted)).ShouldBeAsync(HttpStatusCode.Created);
        return (string)created["token"]!;
    }

    public static Task<StoredFacts> FactsAsync(this RegistryApp app) => app.ReadAsync(CountAsync);

    public static async Task ShouldBeReadAsync(this HttpResponseMessage response) =>
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.RequestMessage!.RequestUri}: {response.StatusCode} {await response.Content.ReadAsStringAsync()}");

    public static string[] Keys(this JsonNode? json) => [.. json!.AsObject().Select(member => member.Key)];

    private static async Task<StoredFacts> CountAsync(RegistryDb db) => new(
        await db.Packages.CountAsync(), await db.Versions.CountAsync(), await db.DistTags.CountAsync(), await db.PackageOwners.CountAsync());
}
