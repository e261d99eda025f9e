using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Tests.Fixtures;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.TrustedPublishing.Fixtures;

/// <summary>What jobs ask for beyond a publish, and do with what they get.</summary>
internal static class TokenUse
{
    public const string OwnExchange = "/-/assay/v1/oidc/exchange";

    /// <summary>The one step of a job that wants anything but a publish.</summary>
    public static Task<HttpResponseMessage> AskAsync(this TrustWorld world, string? identityToken, string action, params string[] packages) =>
        world.App.PostAsync(OwnExchange, identityToken, new JsonObject
        {
            ["actions"] = new JsonArray(JsonValue.Create(action)),
            ["packages"] = new JsonArray([.. packages.Select(package => JsonValue.Create(package))]),
        });

    public static async Task<string> AskedAsync(this TrustWorld world, string identityToken, string action, params string[] packages)
    {
        using var answer = await world.AskAsync(identityToken, action, packages.Length == 0 ? [TrustWorld.Package] : packages);
        return (string)(await answer.ShouldBeAsync(HttpStatusCode.Created))["token"]!;
    }

    public static Task<HttpResponseMessage> TagAsync(this TrustWorld world, string? token, string tag, string version, string package = TrustWorld.Package) =>
        world.App.PutAsync($"/-/package/{TrustWorld.Escape(package)}/dist-tags/{tag}", token, JsonValue.Create(version));

    public static Task<HttpResponseMessage> UntagAsync(this TrustWorld world, string? token, string tag, string package = TrustWorld.Package) =>
        world.App.DeleteAsync($"/-/package/{TrustWorld.Escape(package)}/dist-tags/{tag}", token);

    public static Task<HttpResponseMessage> TagsAsync(this TrustWorld world, string? token, string package = TrustWorld.Package) =>
        world.App.GetAsync($"/-/package/{TrustWorld.Escape(package)}/dist-tags", token);

    public static Task<HttpResponseMessage> ReadAsync(this TrustWorld world, string? token, string package = TrustWorld.Package) =>
        world.App.GetAsync("/" + TrustWorld.Escape(package), token);

    /// <summary>As npm does: the whole document goes back with a message in it.</summary>
    public static async Task<HttpResponseMessage> DeprecateAsync(
        this TrustWorld world, string? token, string message, string package = TrustWorld.Package, Action<JsonObject>? change = null)
    {
        var document = await world.App.PackumentAsync(world.Administrator, package);
        document["versions"]!["1.0.0"]!["deprecated"] = message;
        change?.Invoke(document);
        return await world.App.PutAsync("/" + TrustWorld.Escape(package), token, document);
    }

    /// <summary>The second step of npm's unpublish of one version.</summary>
    public static async Task<HttpResponseMessage> UnpublishAsync(this TrustWorld world, string? token, string version, string package = TrustWorld.Package)
    {
        var document = await world.App.PackumentAsync(world.Administrator, package);
        document["versions"]!.AsObject().Remove(version);
        return await world.App.PutAsync($"/{TrustWorld.Escape(package)}/-rev/{document["_rev"]}", token, document);
    }

    public static async Task<string> DocumentAsync(this TrustWorld world, string package = TrustWorld.Package) =>
        (await world.App.PackumentAsync(world.Administrator, package)).ToJsonString();

    /// <summary>A private package that a member published.</summary>
    public static async Task PublishedByMemberAsync(this TrustWorld world, string version, string package = TrustWorld.Package)
    {
        using var answer = await world.PublishAsync(world.Administrator, version, package);
        await answer.ShouldBeAsync(HttpStatusCode.Created);
    }

    /// <summary>A world with a policy of these actions, and 1.0.0 and 1.1.0 there by a member's hand.</summary>
    public static async Task<TrustWorld> WithActionsAsync(TrustActions actions, params string[] configuration)
    {
        var world = await TrustWorld.StartAsync(configuration);
        await world.PublishedByMemberAsync("1.0.0");
        await world.PublishedByMemberAsync("1.1.0");
        await new TestPolicy(actions).AddToAsync(world);
        return world;
    }

    public static Task<T> CommitAsync<T>(this TrustWorld world, Func<Commit, Task<T>> change) =>
        world.App.Services.GetRequiredService<CommitQueue>().RunAsync((commit, _) => change(commit), CancellationToken.None);

    /// <summary>As it would come from an issuer whose tokens do not name their run.</summary>
    public static Task ForgetRunAsync(this TrustWorld world) => world.CommitAsync(async commit =>
    {
        await commit.Db.Versions.Where(row => row.RunId != null).ExecuteUpdateAsync(set => set.SetProperty(row => row.RunId, ""));
        return await commit.Db.PublishTokens.ExecuteUpdateAsync(set => set.SetProperty(row => row.RunId, ""));
    });

    public static Task<List<AuditEventRow>> AuditAsync(this TrustWorld world, string action) =>
        world.App.ReadAsync(db => db.AuditEvents.Where(row => row.Action == action).OrderBy(row => row.Id).ToListAsync());

    public static JsonObject Run(string id) => new() { ["run_id"] = id };
}
