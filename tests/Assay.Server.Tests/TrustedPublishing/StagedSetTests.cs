using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.Packages.Staging;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>What runs stage together: one run's, and what somebody saw when they were asked.</summary>
public sealed class StagedSetTests : IAsyncLifetime
{
    private static readonly JsonObject Run = new() { ["run_id"] = "9" };

    private TrustWorld world = null!;
    private RegistryApp app = null!;
    private Approver root = null!;

    public async ValueTask InitializeAsync()
    {
        world = await TrustWorld.StartAsync();
        app = world.App;
        root = new Approver(world.Administrator, await app.EnrolledAsync(world.Administrator));
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    // The run goes on staging while somebody reads what they are asked for.
    [Fact]
    public async Task A_factor_that_was_given_for_a_set_does_not_count_for_what_was_added_since()
    {
        await StagedAsync("@acme/one", Run);
        var path = $"/-/assay/v1/release-sets/{Assert.Single(await SetsAsync())}/approve";
        using var asked = await app.SendAsync(HttpMethod.Post, path, root.Token, headers: headers => headers.Add("npm-auth-type", "web"));
        var question = await WebQuestion.ReadAsync(asked);
        await new Browser(app).FillInAsync(question.Page, ("code", question.Code), ("factor", root.Factor.NextCode()));
        var answer = await question.CollectAsync(app);

        await StagedAsync("@acme/two", Run);
        using var refused = await app.WithCodeAsync(HttpMethod.Post, path, root.Token, answer);

        Assert.Single(await SetsAsync());
        await refused.ShouldAskAsync("otp-wrong");
        Assert.Equal(0, await app.ReadAsync(db => db.StageApprovals.CountAsync()));
    }

    [Theory]
    [InlineData("""{"run_id":"10"}""")]
    // Runs of other projects count their runs themselves.
    [InlineData("""{"run_id":"9","repository_id":"75"}""")]
    public async Task What_another_run_stages_is_a_set_of_its_own(string run)
    {
        await StagedAsync("@acme/one", Run);

        await StagedAsync("@acme/two", JsonNode.Parse(run)!.AsObject());

        Assert.Equal(2, (await SetsAsync()).Count);
    }

    // With a made token somebody could name another id, and approve what they set off.
    [Fact]
    public async Task Who_somebody_is_at_a_CI_is_said_with_a_sign_in_alone()
    {
        using var made = await app.WithCodeAsync(HttpMethod.Post, "/-/npm/v1/tokens", root.Token, root.Factor.NextCode(),
            JsonNode.Parse("""{"name":"all","packages_all":true,"packages_and_scopes_permission":"read-write","password":"a long enough password"}"""));
        var token = (string)(await made.ShouldBeAsync(HttpStatusCode.Created))["token"]!;

        foreach (var person in new[] { "me", "root" })
        {
            using var refused = await app.WithCodeAsync(
                HttpMethod.Put, $"/-/assay/v1/people/{person}/ci-identities", token, root.Factor.NextCode(), new JsonObject { ["issuer"] = "github", ["id"] = "777" });
            await refused.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "sign-in-only");
        }
        Assert.Equal(0, await app.ReadAsync(db => db.CiIdentities.CountAsync()));
    }

    private async Task StagedAsync(string package, JsonObject run)
    {
        await world.WrittenPolicyAsync(PolicyRequest.Github(package), root);
        await app.StagedAsync(await world.ExchangedAsync(world.Github(run), package), new TestPackage(package, "1.0.0"));
    }

    private Task<List<string?>> SetsAsync() => app.ReadAsync(db => db.Stages.Select(row => row.ReleaseSet).Distinct().ToListAsync());
}
