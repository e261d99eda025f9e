using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data.Rows;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing.Fixtures;

/// <summary>What is frozen, or selected for an incident, as the API takes it. The simulator's usual GitHub project has the id 74.</summary>
internal static class Select
{
    public const string ProjectId = "74";

    public static JsonObject Run(string run, string project = ProjectId) =>
        new() { ["run"] = new JsonObject { ["binding"] = "github", ["project"] = project, ["run"] = run } };

    public static JsonObject Project(string project = ProjectId) => new() { ["project"] = new JsonObject { ["binding"] = "github", ["project"] = project } };

    public static JsonObject Issuer(string binding = "github") => new() { ["issuer"] = new JsonObject { ["binding"] = binding } };

    public static JsonObject Workflow(string workflow = "publish.yml", string project = ProjectId) =>
        new() { ["workflow"] = new JsonObject { ["binding"] = "github", ["project"] = project, ["workflow"] = workflow } };

    public static JsonObject Person(string name) => new() { ["person"] = new JsonObject { ["name"] = name } };

    public static JsonObject Package(string name = TrustWorld.Package) => new() { ["package"] = name };

    public static JsonObject Scope(string scope = "@acme") => new() { ["scope"] = scope };

    public static JsonObject Window(DateTimeOffset from, DateTimeOffset to) => new JsonObject().Within(from, to);

    public static JsonObject Within(this JsonObject selection, DateTimeOffset from, DateTimeOffset to)
    {
        selection["window"] = new JsonObject { ["from"] = Time(from), ["to"] = Time(to) };
        return selection;
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
}

/// <summary>How people answer incidents.</summary>
internal static class ResponseExtensions
{
    public const string Reason = "credentials were stolen";

    public static Task<HttpResponseMessage> FreezeAsync(this TrustWorld world, JsonObject what, string? token = null)
    {
        var body = (JsonObject)what.DeepClone();
        body["reason"] = Reason;
        return world.App.PostAsync("/-/assay/v1/freezes", token ?? world.Administrator, body);
    }

    public static async Task<long> FrozenAsync(this TrustWorld world, JsonObject what, string? token = null) =>
        (long)(await (await world.FreezeAsync(what, token)).ShouldBeAsync(HttpStatusCode.Created))["id"]!;

    public static Task<HttpResponseMessage> LiftAsync(this TrustWorld world, long freeze, string? token = null) =>
        world.App.DeleteAsync($"/-/assay/v1/freezes/{freeze}", token ?? world.Administrator);

    /// <summary>A freeze of which nobody was told and for which nothing was revoked: one that commits between a decision and its act.</summary>
    public static Task<FreezeRow> FreezeUnnoticedAsync(this TrustWorld world, FreezeRow row) =>
        world.CommitAsync(commit =>
        {
            row.CreatedAt = commit.Now;
            commit.Db.Freezes.Add(row);
            return Task.FromResult(row);
        });

    /// <summary>Makes a person an owner, as an administrator will one day do.</summary>
    public static Task<PackageOwnerRow> OwnAsync(this TrustWorld world, string package, string person) =>
        world.CommitAsync(async commit =>
        {
            var row = new PackageOwnerRow
            {
                PackageId = await commit.Db.Packages.Where(found => found.Name == package).Select(found => found.Id).SingleAsync(),
                PersonId = await commit.Db.People.Where(found => found.Name == person).Select(found => found.Id).SingleAsync(),
            };
            commit.Db.PackageOwners.Add(row);
            return row;
        });

    public static Task<HttpResponseMessage> PreviewAsync(this TrustWorld world, JsonObject selection, string? token = null) =>
        world.App.PostAsync("/-/assay/v1/incidents/preview", token ?? world.Administrator, new JsonObject { ["selection"] = selection.DeepClone() });

    public static async Task<JsonObject> PreviewedAsync(this TrustWorld world, JsonObject selection, string? token = null) =>
        await (await world.PreviewAsync(selection, token)).ShouldBeAsync(HttpStatusCode.OK);

    public static Task<HttpResponseMessage> DeclareAsync(
        this TrustWorld world, JsonObject selection, string? preview, string? token = null, bool freeze = false) =>
        world.App.PostAsync("/-/assay/v1/incidents", token ?? world.Administrator, new JsonObject
        {
            ["selection"] = selection.DeepClone(),
            ["reason"] = Reason,
            ["preview"] = preview,
            ["freeze"] = freeze,
        });

    /// <summary>Previewed and declared; answers the incident's id.</summary>
    public static async Task<string> DeclaredAsync(this TrustWorld world, JsonObject selection, string? token = null, bool freeze = false)
    {
        var preview = (string?)(await world.PreviewedAsync(selection, token))["preview"];
        return (string)(await (await world.DeclareAsync(selection, preview, token, freeze)).ShouldBeAsync(HttpStatusCode.Created))["id"]!;
    }

    public static Task<HttpResponseMessage> UndoAsync(this TrustWorld world, string incident, string? token = null) =>
        world.App.PostAsync($"/-/assay/v1/incidents/{incident}/undo", token ?? world.Administrator, body: null);

    /// <summary>What a preview lists, <c>name@version</c>.</summary>
    public static IReadOnlyList<string> Versions(this JsonObject preview) =>
        [.. preview["versions"]!["first"]!.AsArray().Select(version => $"{version!["package"]}@{version["version"]}").Order(StringComparer.Ordinal)];

    public static async Task PublishFromRunAsync(this TrustWorld world, string run, string version, string package = TrustWorld.Package) =>
        await world.PublishFromGithubAsync(version, new JsonObject { ["run_id"] = run }, package);

    public static async Task<string[]> VisibleAsync(this TrustWorld world, string package = TrustWorld.Package, string? token = null) =>
        [.. (await world.App.PackumentAsync(token ?? world.Administrator, package))["versions"].Keys().Order(StringComparer.Ordinal)];
}
