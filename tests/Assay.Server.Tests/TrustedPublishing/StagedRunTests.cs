using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Blobs;
using Assay.Server.Operations;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.Packages.Staging;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Server.TrustedPublishing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>What runs stage, and who approves it.</summary>
public sealed class StagedRunTests : IAsyncLifetime
{
    // Of the simulator's usual run.
    private const string Actor = "12";

    private TrustWorld world = null!;
    private RegistryApp app = null!;
    private Approver root = null!;
    private Approver bob = null!;

    public async ValueTask InitializeAsync()
    {
        world = await TrustWorld.StartAsync();
        app = world.App;
        root = new Approver(world.Administrator, await app.EnrolledAsync(world.Administrator));
        bob = new Approver(await app.SignedInAsync("bob", isAdministrator: true), null!);
        bob = bob with { Factor = await app.EnrolledAsync(bob.Token) };
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_run_without_a_release_gate_stages_and_does_not_publish()
    {
        await PolicyAsync(policy => (policy["actions"], policy["gate"]) = (new JsonArray("stage"), "any"));
        var token = await world.ExchangedAsync(world.Github(new JsonObject { ["ref_protected"] = "false" }));

        await (await world.PublishAsync(token, "1.0.0")).ShouldExplainAsync(HttpStatusCode.Forbidden, "action-not-granted");
        var id = await app.StagedAsync(token, Version("1.0.0"));
        await (await app.PostAsync($"/-/stage/{id}/approve", token, null)).ShouldBeAsync(HttpStatusCode.Forbidden);

        Assert.Equal("trusted automation", (string?)(await app.StageAsync(root.Token, id))["actorType"]);
        Assert.Empty(await world.VersionsAsync());
    }

    [Fact]
    public async Task Where_nobody_knows_who_approves_it_takes_two_and_the_version_is_the_runs()
    {
        var id = await StagedByRunAsync("1.0.0");

        await (await app.ApproveAsync(root, id)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "approvals-missing");
        // The run's token is long gone by then, and with it everything but what the stage rests on.
        app.Clock.Advance(TimeSpan.FromDays(3));
        await app.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<ForgetExpired>().Single().RunAsync(CancellationToken.None);
        await (await app.ApproveAsync(bob, id)).ShouldBeAsync(HttpStatusCode.Created);

        var version = (await app.PackumentAsync(root.Token, TrustWorld.Package))["versions"]!["1.0.0"]!;
        Assert.Equal("github", (string?)version["_npmUser"]!["trustedPublisher"]!["id"]);
        var row = await app.ReadAsync(db => db.Versions.SingleAsync());
        Assert.Equal(("github", "74", "bob"), (row.BindingId, row.ProjectId, row.ApproverName));
        Assert.NotEmpty(row.RunId!);
        Assert.Equal(2, await app.ReadAsync(db => db.Attestations.CountAsync(attestation => attestation.VersionId == row.Id)));
    }

    [Fact]
    public async Task Whoever_set_the_run_off_does_not_approve_it()
    {
        var id = await StagedByRunAsync("1.0.0");
        await LinkAsync(root, "me", Actor);

        await (await app.ApproveAsync(root, id)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "own-run");
    }

    [Fact]
    public async Task Somebody_who_is_known_to_be_somebody_else_approves_it_alone()
    {
        var id = await StagedByRunAsync("1.0.0");
        await LinkAsync(bob, "root", "777");

        await (await app.ApproveAsync(root, id)).ShouldBeAsync(HttpStatusCode.Created);

        Assert.Equal(["1.0.0"], await world.VersionsAsync());
    }

    // Or else whoever set it off would name another id.
    [Fact]
    public async Task What_somebody_says_of_themselves_does_not_make_them_somebody_else()
    {
        var id = await StagedByRunAsync("1.0.0");
        await LinkAsync(root, "me", "777");
        await LinkAsync(root, "root", "777");

        await (await app.ApproveAsync(root, id)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "approvals-missing");

        Assert.Empty(await world.VersionsAsync());
    }

    [Fact]
    public async Task What_an_administrator_confirmed_is_not_changed_by_oneself()
    {
        await LinkAsync(bob, "root", Actor);

        var answer = await app.WithCodeAsync(HttpMethod.Put, "/-/assay/v1/people/me/ci-identities", root.Token, root.Factor.NextCode(), Identity("777"));

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "ci-identity-confirmed");
        var carol = await app.SignedInAsync("carol");
        await (await app.PutAsync("/-/assay/v1/people/root/ci-identities", carol, Identity("1"))).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await (await app.GetAsync("/-/assay/v1/people/root/ci-identities", carol)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
    }

    [Fact]
    public async Task What_was_staged_under_a_policy_that_ended_is_not_approved()
    {
        await LinkAsync(bob, "root", "777");
        var policy = await PolicyAsync();
        var id = await app.StagedAsync(await world.ExchangedAsync(world.Github()), Version("1.0.0"));
        await (await app.WithCodeAsync(HttpMethod.Delete, $"/-/assay/v1/policies/{policy}", root.Token, root.Factor.NextCode())).ShouldBeReadAsync();

        await (await app.ApproveAsync(root, id)).ShouldExplainAsync(HttpStatusCode.Forbidden, "policy-changed");
    }

    [Fact]
    public async Task What_a_run_staged_whose_project_is_frozen_is_not_approved()
    {
        await LinkAsync(bob, "root", "777");
        var id = await StagedByRunAsync("1.0.0");
        await app.ChangeAsync(db =>
        {
            db.Freezes.Add(new Server.Data.Rows.FreezeRow
            {
                Kind = Server.Data.Rows.FreezeRow.OfProject,
                Subject = "github",
                ProjectId = "74",
                Reason = "why",
                CreatedAt = app.Clock.GetUtcNow(),
            });
            return Task.CompletedTask;
        });

        await (await app.ApproveAsync(root, id)).ShouldBeAsync(HttpStatusCode.Forbidden);

        Assert.Empty(await world.VersionsAsync());
    }

    [Fact]
    public async Task What_a_run_staged_whose_token_an_incident_took_is_not_approved()
    {
        await LinkAsync(bob, "root", "777");
        await PolicyAsync();
        var id = await app.StagedAsync(await world.ExchangedAsync(world.Github(new JsonObject { ["run_id"] = "9" })), Version("1.0.0"));
        app.Clock.Advance(TimeSpan.FromHours(2));
        await world.DeclaredAsync(Select.Run("9"), await app.SignedInAsync("dave", isAdministrator: true));

        await (await app.ApproveAsync(root, id)).ShouldExplainAsync(HttpStatusCode.Forbidden, "publish-token-expired");
    }

    [Fact]
    public async Task Staging_uses_the_token_up_and_the_same_again_answers_the_same()
    {
        await PolicyAsync();
        var identity = world.Github();
        var token = await world.ExchangedAsync(identity);
        var id = await app.StagedAsync(token, Version("1.0.0"));

        Assert.Equal(id, await app.StagedAsync(token, Version("1.0.0")));
        await (await Version("1.0.1").StageAsync(app, token)).ShouldExplainAsync(HttpStatusCode.Forbidden, "publish-token-used");
        await (await Version("1.0.1").PublishAsync(app, token)).ShouldExplainAsync(HttpStatusCode.Forbidden, "publish-token-used");
        Assert.NotEqual(HttpStatusCode.Created, (await world.ExchangeAsync(identity)).StatusCode);
    }

    [Fact]
    public async Task What_waits_counts_for_the_runs_budget()
    {
        await PolicyAsync();
        var run = new JsonObject { ["run_id"] = "9" };
        await app.StagedAsync(await world.ExchangedAsync(world.Github(run)), Version("1.0.0"));

        await (await Version("1.0.1").StageAsync(app, await world.ExchangedAsync(world.Github(run)))).ShouldExplainAsync(HttpStatusCode.Forbidden, "budget-exceeded");
    }

    [Fact]
    public async Task What_one_run_stages_is_approved_at_once()
    {
        await LinkAsync(bob, "root", "777");
        foreach (var package in new[] { "@acme/one", "@acme/two" })
        {
            await world.WrittenPolicyAsync(PolicyRequest.Github(package), root);
            await app.StagedAsync(await world.ExchangedAsync(world.Github(new JsonObject { ["run_id"] = "9" }), package), new TestPackage(package, "1.0.0"));
        }
        var sets = await app.ReadAsync(db => db.Stages.Select(row => row.ReleaseSet).Distinct().ToListAsync());

        await (await app.ApproveSetAsync(root, Assert.Single(sets)!)).ShouldBeAsync(HttpStatusCode.Created);

        Assert.Equal(["1.0.0"], await world.VersionsAsync("@acme/one"));
        Assert.Equal(["1.0.0"], await world.VersionsAsync("@acme/two"));
    }

    [Theory]
    [InlineData("new-runner", """{"runner_environment":"self-hosted","run_id":"2"}""", "the kind of runner (self-hosted)")]
    [InlineData("new-ref-kind", """{"ref":"refs/heads/main","ref_type":"branch","run_id":"2"}""", "the kind of ref (branch)")]
    [InlineData("versions-per-day:1", """{"run_id":"2"}""", "1 versions came within a day")]
    public async Task A_publish_with_something_new_waits_for_people(string divert, string run, string why)
    {
        await PolicyAsync(policy => policy["divert"] = new JsonArray(divert));
        await world.PublishFromGithubAsync("1.0.0", new JsonObject { ["ref"] = "refs/tags/v1", ["ref_type"] = "tag" });
        var token = await world.ExchangedAsync(world.Github(JsonNode.Parse(run)!.AsObject()));

        var answer = await world.PublishAsync(token, "1.1.0");
        var again = await world.PublishAsync(token, "1.1.0");

        var text = await answer.ShouldExplainAsync(HttpStatusCode.Forbidden, "publish-staged");
        Assert.Contains(why, text);
        Assert.Contains((string)(await answer.JsonAsync())["stageId"]!, text);
        Assert.Equal(text, await again.ShouldExplainAsync(HttpStatusCode.Forbidden, "publish-staged"));
        Assert.Equal(["1.0.0"], await world.VersionsAsync());
    }

    [Fact]
    public async Task A_publish_with_a_new_install_script_waits_for_people_and_one_as_before_does_not()
    {
        await PolicyAsync(policy => policy["divert"] = new JsonArray("new-install-script", "new-runner", "new-workflow", "new-ref-kind"));
        await world.PublishFromGithubAsync("1.0.0");
        await world.PublishFromGithubAsync("1.1.0", new JsonObject { ["run_id"] = "2" });
        var script = Version("1.2.0") with { Manifest = new JsonObject { ["scripts"] = new JsonObject { ["postinstall"] = "node x.js" } } };

        var answer = await script.PublishAsync(app, await world.ExchangedAsync(world.Github(new JsonObject { ["run_id"] = "3" })));

        Assert.Contains("script when it is installed", await answer.ShouldExplainAsync(HttpStatusCode.Forbidden, "publish-staged"));
        Assert.Equal(["1.0.0", "1.1.0"], await world.VersionsAsync());
    }

    [Fact]
    public async Task The_bytes_of_what_waits_are_no_garbage()
    {
        var id = await StagedByRunAsync("1.0.0");
        await LinkAsync(bob, "root", "777");
        app.Clock.Advance(TimeSpan.FromDays(3));
        await CollectAsync();

        await (await app.ApproveAsync(root, id)).ShouldBeAsync(HttpStatusCode.Created);
        var rejected = await app.StagedAsync(await world.ExchangedAsync(world.Github(new JsonObject { ["run_id"] = "2" })), Version("1.1.0"));
        await app.WithCodeAsync(HttpMethod.Delete, $"/-/stage/{rejected}", root.Token, root.Factor.NextCode());
        app.Clock.Advance(TimeSpan.FromDays(3));
        await CollectAsync();
        var blobs = await app.Services.GetRequiredService<IBlobStore>().ListAsync(CancellationToken.None).Select(blob => blob.Key.Hex).ToListAsync();
        Assert.Equal([Convert.ToHexStringLower(System.Security.Cryptography.SHA512.HashData(Version("1.0.0").Tarball()))], blobs);
    }

    private Task<Garbage> CollectAsync() => app.Services.GetRequiredService<CollectGarbage>().RunAsync(isDryRun: false, new Server.Audit.Actor("test", ""), CancellationToken.None);

    [Fact]
    public async Task Damaged_bytes_of_what_waits_are_found_and_are_not_published()
    {
        var id = await StagedByRunAsync("1.0.0");
        await LinkAsync(bob, "root", "777");
        var file = app.StoredFiles().Select(line => line[..line.LastIndexOf(' ')]).Single(path => path.Contains("blobs", StringComparison.Ordinal));
        await File.AppendAllTextAsync(file, "more");

        var verified = await app.Services.GetRequiredService<VerifyRegistry>().RunAsync(new Progress<Server.Answers.Progress>(), CancellationToken.None);

        Assert.Contains(verified.Lines, line => line.Contains("@acme/hello@1.0.0 (staged)", StringComparison.Ordinal));
        await (await app.ApproveAsync(root, id)).ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "bytes-missing");
    }

    private static TestPackage Version(string version) => new(TrustWorld.Package, version);

    private static JsonObject Identity(string id) => new() { ["issuer"] = "github", ["id"] = id };

    private Task<string> PolicyAsync(Action<JsonObject>? with = null) => world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package, with), root);

    private async Task<string> StagedByRunAsync(string version)
    {
        await PolicyAsync();
        return await app.StagedAsync(await world.ExchangedAsync(world.Github()), Version(version));
    }

    private async Task LinkAsync(Approver by, string person, string id) =>
        await (await app.WithCodeAsync(HttpMethod.Put, $"/-/assay/v1/people/{person}/ci-identities", by.Token, by.Factor.NextCode(), Identity(id))).ShouldBeAsync(HttpStatusCode.OK);
}

internal static class StagedPolicies
{
    /// <summary>By somebody with a second factor.</summary>
    public static async Task<string> WrittenPolicyAsync(this TrustWorld world, JsonObject policy, Approver by)
    {
        using var answer = await world.App.WithCodeAsync(HttpMethod.Post, "/-/assay/v1/policies", by.Token, by.Factor.NextCode(), policy);
        return (string)(await answer.ShouldBeAsync(HttpStatusCode.Created))["id"]!;
    }
}
