using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Packages.Locks;

/// <summary>What comes from CI once, comes from CI from then on: whoever steals a token cannot publish what no pipeline built.</summary>
public sealed class TrustedPublishLockTests
{
    private const string Package = TrustWorld.Package;

    [Fact]
    public async Task The_first_trusted_publish_closes_the_package_to_people()
    {
        await using var world = await WithPeoplesPackageAsync();
        await world.PublishFromGithubAsync("1.1.0");

        using var refused = await world.PublishAsync(world.Administrator, "1.2.0");

        var text = await refused.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "oidc-only");
        Assert.Contains($"{Package} takes versions only from CI", text, StringComparison.Ordinal);
        Assert.Contains($"since {world.App.Clock.GetUtcNow():yyyy-MM-dd}, set by its first trusted publish, by GitHub Actions (issuer github, project 74, run ", text, StringComparison.Ordinal);
        Assert.Contains($"npm access set mfa=publish {Package}", text, StringComparison.Ordinal);
        Assert.Equal(["1.0.0", "1.1.0"], await world.VersionsAsync());
        await world.PublishFromGithubAsync("1.2.0", new JsonObject { ["run_id"] = "2" });
    }

    [Fact]
    public async Task It_is_stored_and_recorded_once_with_the_run()
    {
        await using var world = await WithPeoplesPackageAsync();

        await world.PublishFromGithubAsync("1.1.0");
        await world.PublishFromGithubAsync("1.2.0", new JsonObject { ["run_id"] = "2" });

        var set = Assert.Single(await world.App.EventsAsync("lock.set"));
        Assert.Equal((Package, "GitHub Actions"), (set.Subject, set.Actor));
        Assert.Contains("oidc-only (issuer github, project 74, run ", set.Detail, StringComparison.Ordinal);
        var shown = await world.App.LockOfAsync(world.Administrator, Package);
        Assert.Equal(("oidc-only", "oidc-only", "package"), ((string?)shown["lock"], (string?)shown["holds"], (string?)shown["saidBy"]));
        Assert.NotNull((string?)shown["setAt"]);
        Assert.Null(shown["loosening"]);
    }

    [Fact]
    public async Task Ending_every_policy_opens_nothing()
    {
        await using var world = await WithPeoplesPackageAsync();
        await world.PublishFromGithubAsync("1.1.0");
        var id = (string)(await world.ListedAsync())[0]!["id"]!;

        await (await world.EndPolicyAsync(id)).ShouldBeAsync(HttpStatusCode.OK);

        await (await world.PublishAsync(world.Administrator, "1.2.0")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "oidc-only");
    }

    [Fact]
    public async Task A_name_that_begins_with_a_policy_is_closed_at_once()
    {
        await using var world = await TrustWorld.WithPolicyAsync();

        using var refused = await world.PublishAsync(world.Administrator, "1.0.0");

        var text = await refused.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "oidc-only");
        Assert.Contains("set by the trust policy that reserved the name, by root", text, StringComparison.Ordinal);
        Assert.Equal([$"lock.set {Package} by root: oidc-only, as the name begins with a policy"], await world.App.LockEventsAsync());
    }

    [Fact]
    public async Task A_name_that_runs_may_only_read_is_not_closed()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Github(Package, policy => policy["actions"] = new JsonArray("read")));

        await (await world.PublishAsync(world.Administrator, "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_policy_of_a_package_that_people_publish_proposes_the_lock_and_sets_none()
    {
        await using var world = await TrustWorld.StartAsync();
        await (await world.PublishAsync(world.Administrator, "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);

        using var written = await world.WritePolicyAsync(PolicyRequest.Github(Package));

        var notice = (string)(await written.ShouldBeAsync(HttpStatusCode.Created))["notice"]!;
        Assert.Contains("its lock is '2fa-or-oidc'. Its first trusted publish sets 'oidc-only'.", notice, StringComparison.Ordinal);
        Assert.Contains("""/lock {"lock":"oidc-only"}""", notice, StringComparison.Ordinal);
        await (await world.PublishAsync(world.Administrator, "1.1.0")).ShouldBeAsync(HttpStatusCode.Created);
        Assert.Empty(await world.App.LockEventsAsync());
    }

    [Fact]
    public async Task What_owners_chose_before_stays()
    {
        await using var world = await WithPeoplesPackageAsync();
        await world.App.LockedAsync(world.Administrator, Package, Locking.SecondFactor);

        await world.PublishFromGithubAsync("1.1.0");

        await (await world.PublishAsync(world.Administrator, "1.2.0")).ShouldBeAsync(HttpStatusCode.Created);
    }

    // Packages of a registry that had no locks yet: nothing is stored, and their versions say it.
    [Fact]
    public async Task Versions_that_came_from_CI_before_there_were_locks_count_as_a_lock()
    {
        await using var world = await WithPeoplesPackageAsync();
        await world.PublishFromGithubAsync("1.1.0");
        await world.CommitAsync(async commit => await commit.Db.Packages.ExecuteUpdateAsync(set => set.SetProperty(row => row.Lock, (string?)null)));

        using var refused = await world.PublishAsync(world.Administrator, "1.2.0");

        Assert.Contains("which published 1.1.0", await refused.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "oidc-only"), StringComparison.Ordinal);
        Assert.Equal("oidc-only", await world.App.HoldsAsync(world.Administrator, Package));
        await world.App.LockedAsync(world.Administrator, Package, Locking.SecondFactor);
        world.App.Clock.Advance(TimeSpan.FromHours(24));
        await (await world.PublishAsync(await world.App.SignedInAsync("alice", isAdministrator: true), "1.2.0")).ShouldBeAsync(HttpStatusCode.Created);
    }

    // What another registry said of its versions closes nothing here: no run ever published to this one.
    [Fact]
    public async Task Versions_that_were_imported_with_a_trusted_publisher_are_no_lock()
    {
        await using var world = await WithPeoplesPackageAsync();
        await world.PublishFromGithubAsync("1.1.0");
        await world.CommitAsync(async commit =>
        {
            await commit.Db.Packages.ExecuteUpdateAsync(set => set.SetProperty(row => row.Lock, (string?)null));
            return await commit.Db.Versions.ExecuteUpdateAsync(set => set.SetProperty(row => row.ImportedFrom, "https://registry.example/"));
        });

        await (await world.PublishAsync(world.Administrator, "1.2.0")).ShouldBeAsync(HttpStatusCode.Created);

        Assert.Equal("2fa-or-oidc", await world.App.HoldsAsync(world.Administrator, Package));
    }

    [Fact]
    public async Task A_repeat_of_a_publish_whose_answer_was_lost_is_still_a_repeat()
    {
        await using var world = await WithPeoplesPackageAsync();
        await world.PublishFromGithubAsync("1.1.0");

        await (await world.PublishAsync(world.Administrator, "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Tags_and_deprecations_stay_with_people()
    {
        await using var world = await WithPeoplesPackageAsync();
        await world.PublishFromGithubAsync("1.1.0");

        await (await world.App.PutAsync("/-/package/@acme%2fhello/dist-tags/stable", world.Administrator, JsonValue.Create("1.0.0"))).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Whoever_may_not_publish_is_not_told_of_the_lock()
    {
        await using var world = await WithPeoplesPackageAsync();
        await world.PublishFromGithubAsync("1.1.0");

        using var refused = await world.PublishAsync(await world.App.SignedInAsync("stranger"), "1.2.0");

        await refused.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
    }

    [Fact]
    public async Task The_lock_that_holds_in_the_commit_counts()
    {
        await using var world = await WithPeoplesPackageAsync();
        var run = await world.ExchangedAsync(world.Github());
        var publishes = Enumerable.Range(0, 10).Select(number => world.PublishAsync(world.Administrator, $"2.0.{number}")).ToList();
        publishes.Add(world.PublishAsync(run, "1.1.0"));

        await Task.WhenAll(publishes);

        // Whatever a person published has a smaller id than what the run did.
        var ids = await world.App.ReadAsync(db => db.Versions.OrderBy(row => row.Id).Select(row => row.TrustedPublisher).ToListAsync());
        Assert.Equal("github", ids[^1]);
    }

    private static async Task<TrustWorld> WithPeoplesPackageAsync()
    {
        var world = await TrustWorld.StartAsync();
        await (await world.PublishAsync(world.Administrator, "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);
        await world.TrustGithubAsync();
        return world;
    }
}
