using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Packages.Staging;

/// <summary>Stages that people put together.</summary>
public sealed class ReleaseSetTests : IAsyncLifetime
{
    private const string Sets = "/-/assay/v1/release-sets";

    private RegistryApp app = null!;
    private string alice = null!;
    private Approver bob = null!;
    private string x = null!;
    private string y = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        await app.PublishedAsync(alice, new TestPackage("@acme/y", "1.0.0"));
        bob = await app.ApproverAsync("bob", "@acme/x", "@acme/y");
        x = await app.StagedAsync(alice, new TestPackage("@acme/x", "2.0.0"));
        y = await app.StagedAsync(alice, new TestPackage("@acme/y", "2.0.0"));
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task All_are_published_at_once()
    {
        var id = await SetAsync(x, y);

        var asked = await app.WithCodeAsync(HttpMethod.Post, $"{Sets}/{id}/approve", bob.Token, code: null);
        await (await app.ApproveSetAsync(bob, id)).ShouldBeAsync(HttpStatusCode.Created);

        Assert.Contains("approve all 2 versions", (string)(await asked.ShouldAskAsync())["error"]!);
        Assert.Equal(["1.0.0", "2.0.0"], await app.VersionsOfAsync("@acme/x"));
        Assert.Equal(["1.0.0", "2.0.0"], await app.VersionsOfAsync("@acme/y"));
        Assert.Single(await app.ReadAsync(db => db.Versions.Where(row => row.Version == "2.0.0").Select(row => row.PublishedAt).Distinct().ToListAsync()));
    }

    [Fact]
    public async Task What_stands_in_the_way_of_one_keeps_all_back()
    {
        var root = await app.SignedInAsync("root", isAdministrator: true);
        var id = await SetAsync(x, y);
        await (await app.PostAsync("/-/assay/v1/freezes", root, new JsonObject { ["package"] = "@acme/y", ["reason"] = "why" })).ShouldBeAsync(HttpStatusCode.Created);

        await (await app.ApproveSetAsync(bob, id)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "publishing-frozen");

        Assert.Equal(["1.0.0"], await app.VersionsOfAsync("@acme/x"));
        Assert.Equal(0, await app.ReadAsync(db => db.StageApprovals.CountAsync()));
    }

    [Fact]
    public async Task An_approval_that_one_lacks_keeps_all_back()
    {
        await (await app.PutAsync("/-/assay/v1/package/@acme%2fy/staging", alice, new JsonObject { ["approvals"] = 2 })).ShouldBeAsync(HttpStatusCode.OK);
        var carol = await app.ApproverAsync("carol", "@acme/x", "@acme/y");
        var id = await SetAsync(x, y);

        await (await app.ApproveSetAsync(bob, id)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "approvals-missing");
        var between = await app.VersionsOfAsync("@acme/x");
        await (await app.ApproveSetAsync(carol, id)).ShouldBeAsync(HttpStatusCode.Created);

        Assert.Equal(["1.0.0"], between);
        Assert.Equal(["1.0.0", "2.0.0"], await app.VersionsOfAsync("@acme/y"));
    }

    [Fact]
    public async Task Whoever_does_not_see_all_of_it_sees_none()
    {
        var carol = await app.ApproverAsync("carol", "@acme/x");
        var id = await SetAsync(x, y);

        await (await app.GetAsync($"{Sets}/{id}", carol.Token)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "release-set-not-found");
        await (await app.ApproveSetAsync(carol, id)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "release-set-not-found");
        await (await app.PostAsync(Sets, carol.Token, Stages(x, y))).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "stage-not-found");
    }

    [Fact]
    public async Task It_has_one_version_of_each_package()
    {
        var other = await app.StagedAsync(alice, new TestPackage("@acme/x", "3.0.0"));

        await (await app.PostAsync(Sets, alice, Stages(x, other))).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "two-of-a-package");
        await (await app.PostAsync(Sets, alice, Stages(x, x))).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "bad-request");
    }

    private static JsonObject Stages(params string[] ids) => new() { ["stages"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]) };

    private async Task<string> SetAsync(params string[] ids) =>
        (string)(await (await app.PostAsync(Sets, alice, Stages(ids))).ShouldBeAsync(HttpStatusCode.Created))["id"]!;
}
