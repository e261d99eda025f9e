using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Packages.Staging;

/// <summary>Who makes a stage a version, and what is asked again in that moment.</summary>
public sealed class ApprovalTests : IAsyncLifetime
{
    private static readonly TestPackage First = new("@acme/x", "1.0.0");
    private static readonly TestPackage Next = First with { Version = "1.1.0" };

    private RegistryApp app = null!;
    private string alice = null!;
    private Approver bob = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, First);
        bob = await app.ApproverAsync("bob", "@acme/x");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Another_person_with_a_second_factor_publishes_it()
    {
        var id = await app.StagedAsync(alice, Next);

        var asked = await app.ApproveAsync(bob.Token, code: null, id);
        var answer = await (await app.ApproveAsync(bob, id)).ShouldBeAsync(HttpStatusCode.Created);

        var words = (string)(await asked.ShouldAskAsync())["error"]!;
        Assert.Contains("approve @acme/x@1.1.0 with the digest sha512-", words);
        Assert.Contains("published", (string)answer["message"]!);
        var document = await app.PackumentAsync(alice, "@acme/x");
        Assert.Equal("1.1.0", (string?)document["dist-tags"]!["latest"]);
        var version = document["versions"]!["1.1.0"]!;
        Assert.Equal("alice", (string?)version["_npmUser"]!["name"]);
        Assert.Null(version["_npmUser"]!["approver"]);
        Assert.Single(version["dist"]!["signatures"]!.AsArray());
        Assert.Equal(Next.Tarball(), await (await app.GetAsync("/@acme/x/-/x-1.1.0.tgz", alice)).Content.ReadAsByteArrayAsync());
        Assert.Equal(1, await app.ReadAsync(db => db.LogLeaves.CountAsync(row => row.Package == "@acme/x" && row.Version == "1.1.0" && row.Kind == "publish")));
        Assert.Equal("bob", await app.ReadAsync(db => db.AuditEvents.Where(row => row.Action == "stage.approved").Select(row => row.Actor).SingleAsync()));
        await (await app.ApproveAsync(bob, id)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "stage-over");
    }

    [Fact]
    public async Task Whoever_staged_it_does_not_approve_it()
    {
        var factor = await app.EnrolledAsync(alice);
        var id = await app.StagedAsync(alice, Next);

        await (await app.ApproveAsync(alice, factor.NextCode(), id)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "own-stage");

        Assert.Equal(["1.0.0"], await app.VersionsOfAsync("@acme/x"));
    }

    [Fact]
    public async Task Whoever_has_no_second_factor_does_not_approve_it_where_others_do_without_either()
    {
        var carol = await app.SignedInAsync("carol");
        await app.OwnsAsync("carol", "@acme/x");
        var id = await app.StagedAsync(alice, Next);

        var text = await (await app.ApproveAsync(carol, code: null, id)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "second-factor-needed");

        Assert.Contains("npm profile enable-2fa", text);
        Assert.Equal(["1.0.0"], await app.VersionsOfAsync("@acme/x"));
    }

    [Fact]
    public async Task A_token_made_for_something_else_does_not_approve_it()
    {
        var made = (string)(await (await app.WithCodeAsync(HttpMethod.Post, "/-/npm/v1/tokens", bob.Token, bob.Factor.NextCode(),
            new JsonObject { ["password"] = RegistryApp.Password, ["readonly"] = false })).ShouldBeAsync(HttpStatusCode.Created))["token"]!;
        await app.ChangeAsync(db => db.AccessTokens.Where(row => !row.IsSignIn).ExecuteUpdateAsync(set => set.SetProperty(row => row.IsReadOnly, false)));
        var id = await app.StagedAsync(alice, Next);

        await (await app.ApproveAsync(made, bob.Factor.NextCode(), id)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "sign-in-only");

        Assert.Equal(["1.0.0"], await app.VersionsOfAsync("@acme/x"));
    }

    [Fact]
    public async Task As_many_approve_as_the_package_asks_for_each_once()
    {
        var carol = await app.ApproverAsync("carol", "@acme/x");
        await (await app.PutAsync("/-/assay/v1/package/@acme%2fx/staging", alice, new JsonObject { ["approvals"] = 2 })).ShouldBeAsync(HttpStatusCode.OK);
        var id = await app.StagedAsync(alice, Next);

        var one = await (await app.ApproveAsync(bob, id)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "approvals-missing");
        await (await app.ApproveAsync(bob, id)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "approvals-missing");
        var shown = await app.StageAsync(alice, id);
        var before = await app.VersionsOfAsync("@acme/x");
        await (await app.ApproveAsync(carol, id)).ShouldBeAsync(HttpStatusCode.Created);

        Assert.Contains("1 more approval", one);
        Assert.Equal(("bob", "1"), ((string?)shown["approvedBy"], (string?)shown["approvalsMissing"]));
        Assert.Equal(["1.0.0"], before);
        Assert.Equal(["1.0.0", "1.1.0"], await app.VersionsOfAsync("@acme/x"));
    }

    [Fact]
    public async Task The_registrys_number_is_the_least()
    {
        await using var strict = await RegistryApp.StartAsync(["--Assay:Packages:StageApprovals=2"]);
        var owner = await strict.SignedInAsync("alice");
        await strict.PublishedAsync(owner, First);
        var approver = await strict.ApproverAsync("bob", "@acme/x");
        await (await strict.PutAsync("/-/assay/v1/package/@acme%2fx/staging", owner, new JsonObject { ["approvals"] = 1 })).ShouldBeAsync(HttpStatusCode.OK);
        var id = await strict.StagedAsync(owner, Next);

        await (await strict.ApproveAsync(approver, id)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "approvals-missing");
    }

    [Fact]
    public async Task An_approval_ends_with_the_role_of_who_gave_it()
    {
        var carol = await app.ApproverAsync("carol", "@acme/x");
        await (await app.PutAsync("/-/assay/v1/package/@acme%2fx/staging", alice, new JsonObject { ["approvals"] = 2 })).ShouldBeAsync(HttpStatusCode.OK);
        var id = await app.StagedAsync(alice, Next);
        await (await app.ApproveAsync(bob, id)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "approvals-missing");
        await app.OwnsNothingAsync("bob");

        await (await app.ApproveAsync(carol, id)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "approvals-missing");

        Assert.Equal(["1.0.0"], await app.VersionsOfAsync("@acme/x"));
    }

    [Fact]
    public async Task What_somebody_staged_who_may_not_publish_any_more_is_not_approved()
    {
        var id = await app.StagedAsync(alice, Next);
        await app.OwnsNothingAsync("alice");

        await (await app.ApproveAsync(bob, id)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "stager-lost-role");
    }

    [Fact]
    public async Task Nothing_is_approved_while_the_package_is_frozen()
    {
        var root = await app.SignedInAsync("root", isAdministrator: true);
        var id = await app.StagedAsync(alice, Next);
        await (await app.PostAsync("/-/assay/v1/freezes", root, new JsonObject { ["package"] = "@acme/x", ["reason"] = "why" })).ShouldBeAsync(HttpStatusCode.Created);

        await (await app.ApproveAsync(bob, id)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "publishing-frozen");

        Assert.Equal(["1.0.0"], await app.VersionsOfAsync("@acme/x"));
    }

    // Also before it is cleared away.
    [Fact]
    public async Task What_expired_is_not_approved()
    {
        var id = await app.StagedAsync(alice, Next);
        await app.ChangeAsync(db => db.Stages.ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpiresAt, app.Clock.GetUtcNow())));

        await (await app.ApproveAsync(bob, id)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "stage-over");
    }

    [Fact]
    public async Task Bytes_that_are_not_those_that_were_staged_are_not_approved()
    {
        var id = await app.StagedAsync(alice, Next);
        await app.ChangeAsync(async db => await db.Stages.ExecuteUpdateAsync(set => set.SetProperty(row => row.Sha512, new byte[64])));

        await (await app.ApproveAsync(bob, id)).ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "bytes-missing");
    }

    [Fact]
    public async Task A_new_package_is_approved_by_an_administrator_and_is_owned_by_who_staged_it()
    {
        var root = await app.SignedInAsync("root", isAdministrator: true);
        var factor = await app.EnrolledAsync(root);
        var id = await app.StagedAsync(alice, new TestPackage("@free/new", "1.0.0"));

        await (await app.ApproveAsync(bob, id)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "stage-not-found");
        await (await app.ApproveAsync(root, factor.NextCode(), id)).ShouldBeAsync(HttpStatusCode.Created);

        Assert.Equal("alice", (string?)(await app.PackumentAsync(alice, "@free/new"))["maintainers"]![0]!["name"]);
    }

    [Fact]
    public async Task Every_publish_waits_where_owners_want_it_and_then_documents_name_the_approver()
    {
        await (await app.PutAsync("/-/assay/v1/package/@acme%2fx/staging", alice, new JsonObject { ["everyPublish"] = true })).ShouldBeAsync(HttpStatusCode.OK);

        var answer = await Next.PublishAsync(app, alice);
        var again = await Next.PublishAsync(app, alice);

        var text = await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "publish-staged");
        Assert.Equal(text, await again.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "publish-staged"));
        var id = (string)(await answer.JsonAsync())["stageId"]!;
        Assert.Contains(id, answer.Notice());
        Assert.Equal(["1.0.0"], await app.VersionsOfAsync("@acme/x"));
        await (await app.ApproveAsync(bob, id)).ShouldBeAsync(HttpStatusCode.Created);
        var versions = (await app.PackumentAsync(alice, "@acme/x"))["versions"]!;
        Assert.Equal("bob", (string?)versions["1.1.0"]!["_npmUser"]!["approver"]!["name"]);
        Assert.Null(versions["1.0.0"]!["_npmUser"]!["approver"]);
        await (await app.PutAsync("/-/assay/v1/package/@acme%2fx/staging", alice, new JsonObject { ["everyPublish"] = false })).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Null((await app.PackumentAsync(alice, "@acme/x"))["versions"]!["1.1.0"]!["_npmUser"]!["approver"]);
    }

    [Fact]
    public async Task Only_those_who_administer_the_package_change_what_is_asked()
    {
        var stranger = await app.SignedInAsync("stranger");

        await (await app.PutAsync("/-/assay/v1/package/@acme%2fx/staging", stranger, new JsonObject { ["everyPublish"] = true })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        foreach (var wrong in new[] { """{"approvals":0}""", """{"approvals":"2"}""", """{"days":91}""", """{"other":1}""", "{}" })
        {
            await (await app.PutAsync("/-/assay/v1/package/@acme%2fx/staging", alice, JsonNode.Parse(wrong)!)).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "bad-request");
        }
    }
}
