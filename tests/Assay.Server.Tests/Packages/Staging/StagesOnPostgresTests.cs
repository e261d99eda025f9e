using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Audit;
using Assay.Server.Operations;
using Assay.Server.Packages;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.TrustedPublishing;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Server.TrustedPublishing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Packages.Staging;

/// <summary>What stages ask of rows they ask on PostgreSQL as well.</summary>
public sealed class StagesOnPostgresTests(PostgresCluster cluster)
{
    [Fact]
    public async Task A_run_stages_people_approve_and_what_is_over_is_forgotten()
    {
        await using var world = await TrustWorld.StartAsync(
            ["--Assay:Blobs:CollectHours=0", "--Assay:TrustedPublishing:PackagesPerRun=5", "--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={await cluster.CreateMigratedAsync()}"]);
        var app = world.App;
        var root = new Approver(world.Administrator, await app.EnrolledAsync(world.Administrator));
        var alice = await app.SignedInAsync("alice");
        await app.OrganisationAsync("acme", "alice");
        var owner = new Approver(alice, await app.EnrolledAsync(alice));
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/one", policy => policy["divert"] = new JsonArray("new-runner", "versions-per-day:5")), root);
        var run = new JsonObject { ["run_id"] = "9" };
        var id = await app.StagedAsync(await world.ExchangedAsync(world.Github(run), "@acme/one"), new TestPackage("@acme/one", "1.0.0"));
        var listed = await (await app.GetAsync("/-/stage", alice)).ShouldBeAsync(HttpStatusCode.OK);
        app.Clock.Advance(TimeSpan.FromDays(2));
        await app.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<ForgetExpired>().Single().RunAsync(CancellationToken.None);
        await app.Services.GetRequiredService<CollectGarbage>().RunAsync(isDryRun: false, new Actor("test", ""), CancellationToken.None);

        await (await app.ApproveAsync(root, id)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "approvals-missing");
        await (await app.ApproveAsync(owner, id)).ShouldBeAsync(HttpStatusCode.Created);
        await app.OpenToPeopleAsync("@acme/one");
        var next = await app.StagedAsync(alice, new TestPackage("@acme/one", "2.0.0"));
        await world.PublishFromGithubAsync("1.1.0", new JsonObject { ["run_id"] = "10" }, "@acme/one");
        app.Clock.Advance(TimeSpan.FromDays(8));
        await app.Services.GetRequiredService<ForgetStages>().RunAsync(CancellationToken.None);
        app.Clock.Advance(TimeSpan.FromDays(31));
        await app.Services.GetRequiredService<ForgetStages>().RunAsync(CancellationToken.None);

        Assert.Equal(1, (int)listed["total"]!);
        Assert.NotEqual(id, next);
        Assert.Equal(["1.0.0", "1.1.0"], await world.VersionsAsync("@acme/one"));
        Assert.Equal(0, await app.ReadAsync(db => db.Stages.CountAsync()));
        Assert.False((await app.Services.GetRequiredService<VerifyRegistry>().RunAsync(new Progress<Server.Answers.Progress>(), CancellationToken.None)).Fails);
    }
}
