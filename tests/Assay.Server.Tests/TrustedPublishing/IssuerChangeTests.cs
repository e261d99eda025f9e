using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data.Rows;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>What becomes of runs, tokens and policies when their issuer is changed, switched off or removed.</summary>
public sealed class IssuerChangeTests
{
    private static readonly JsonObject Github = new() { ["id"] = "github" };

    [Fact]
    public async Task A_disabled_issuers_runs_are_strangers_with_the_very_next_request()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();

        await world.LinesAsync("/issuer/disable", Github);
        using var answer = await world.ExchangeAsync(world.Github());

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "unknown-issuer");
        Assert.StartsWith("github  github  " + world.Ci.Github + "  disabled", (await world.LinesAsync("/issuer/list"))[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disabling_revokes_what_was_given_and_that_of_no_other_issuer()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await (await world.TrustAsync("@acme/b", TrustRequest.Gitlab())).ShouldBeCreatedAsync();
        var token = await world.ExchangedAsync(world.Github());
        var other = await world.ExchangedAsync(world.Ci.MintGitlab(), "@acme/b");

        var lines = await world.LinesAsync("/issuer/disable", Github);
        using var refused = await world.PublishAsync(token, "1.0.0");
        using var published = await world.PublishAsync(other, "1.0.0", "@acme/b");

        Assert.EndsWith("1 exchanged tokens were revoked.", Assert.Single(lines), StringComparison.Ordinal);
        await refused.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "policy-changed");
        await published.ShouldBeAsync(HttpStatusCode.Created);
        Assert.Empty(await world.VersionsAsync());
    }

    // Credentials are remembered between requests.
    [Fact]
    public async Task A_token_that_was_in_use_is_not_remembered_as_good()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());
        var path = "/" + TrustWorld.Escape(TrustWorld.Package);
        using var before = await world.App.GetAsync(path, token);

        await world.LinesAsync("/issuer/disable", Github);
        using var after = await world.App.GetAsync(path, token);

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, after.StatusCode);
    }

    [Fact]
    public async Task Enabling_brings_the_issuer_back_and_none_of_its_tokens()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());
        await world.LinesAsync("/issuer/disable", Github);

        await world.LinesAsync("/issuer/enable", Github);
        using var refused = await world.PublishAsync(token, "1.0.0");
        await world.PublishFromGithubAsync("1.0.0");

        await refused.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "publish-token-expired");
        Assert.Equal(["1.0.0"], await world.VersionsAsync());
    }

    [Fact]
    public async Task One_url_has_one_enabled_issuer_also_after_a_while()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.LinesAsync("/issuer/disable", Github);
        await (await world.AddIssuerAsync("github", world.Ci.Github, with: body => body["id"] = "new")).ShouldBeAsync(HttpStatusCode.OK);

        using var answer = await world.AdminAsync("/issuer/enable", Github);
        await world.LinesAsync("/issuer/disable", new JsonObject { ["id"] = "new" });

        Assert.Contains("as new", await answer.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "issuer-exists"), StringComparison.Ordinal);
        await world.LinesAsync("/issuer/enable", Github);
    }

    [Fact]
    public async Task Switching_what_is_so_already_changes_nothing_and_is_not_recorded()
    {
        await using var world = await TrustWorld.StartAsync();

        await world.LinesAsync("/issuer/enable", Github);
        await world.LinesAsync("/issuer/disable", Github);
        await world.LinesAsync("/issuer/disable", Github);
        await world.LinesAsync("/issuer/accept", Github);
        await world.LinesAsync("/issuer/edit", Github.DeepClone().AsObject());

        Assert.Equal(["issuer.added", "issuer.disabled"], (await AuditAsync(world, "github")).Select(row => row.Action));
    }

    [Fact]
    public async Task Fewer_names_end_the_tokens_for_the_others_and_only_those()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.TrustGithubAsync("@other/b");
        var kept = await world.ExchangedAsync(world.Github());
        var ended = await world.ExchangedAsync(world.Github(), "@other/b");

        var lines = await world.LinesAsync("/issuer/edit", new JsonObject { ["id"] = "github", ["names"] = new JsonArray("@acme/*") });
        using var refused = await world.PublishAsync(ended, "1.0.0", "@other/b");
        using var published = await world.PublishAsync(kept, "1.0.0");
        using var again = await world.ExchangeAsync(world.Github(), "@other/b");

        Assert.Equal("github is changed. 1 exchanged tokens were revoked.", lines[0]);
        await refused.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "publish-token-expired");
        await published.ShouldBeAsync(HttpStatusCode.Created);
        await again.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
    }

    // The exchange has judged the run by the issuer as it was; its own commit must look again.
    [Theory]
    [InlineData("""UPDATE "IssuerBindings" SET "EnabledIssuer" = NULL WHERE "Id" = 'github'""")]
    [InlineData("""UPDATE "IssuerBindings" SET "Names" = '@other/*' WHERE "Id" = 'github'""")]
    public async Task An_exchange_that_was_judged_before_the_change_mints_nothing_after_it(string change)
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.ExchangedAsync(world.Github());
        // As another node would do it: nobody tells this one.
        await world.App.ReadAsync(db => db.Database.ExecuteSqlRawAsync(change));

        using var answer = await world.ExchangeAsync(world.Github());

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "policy-changed");
    }

    [Fact]
    public async Task Owners_can_be_limited_to_those_that_are_ones_own()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.LinesAsync("/issuer/edit", new JsonObject { ["id"] = "github", ["learnOwners"] = new JsonArray("999") });

        using var stranger = await world.ExchangeAsync(world.Github());
        await world.LinesAsync("/issuer/edit", new JsonObject { ["id"] = "github", ["learnOwners"] = new JsonArray("999", "65") });
        using var own = await world.ExchangeAsync(world.Github());

        await stranger.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
        await own.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_edit_replaces_what_it_names_and_leaves_the_rest()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        await using var issuer = await StubIssuer.StartAsync();
        await world.AddIssuerAsync("github", issuer.Url, ["@acme/*"], body =>
        {
            body["addresses"] = new JsonArray("10.0.0.0/8");
            body["learnOwners"] = new JsonArray("65");
        });

        await world.LinesAsync("/issuer/edit", new JsonObject
        {
            ["id"] = "github",
            ["constants"] = new JsonObject { ["web"] = "https://git.acme.example" },
            ["jwks"] = issuer.KeySet,
            ["addresses"] = new JsonArray(),
        });

        var row = await world.App.ReadAsync(db => db.IssuerBindings.SingleAsync());
        Assert.Equal(("@acme/*", "web=https://git.acme.example", "", "65"), (row.Names, row.Constants, row.AllowedAddresses, row.LearnableOwners));
        Assert.NotNull(row.Jwks);
        var audit = (await AuditAsync(world, "github"))[^1];
        Assert.Equal(("operator", "issuer.changed"), (audit.Actor, audit.Action));
        Assert.Contains("AllowedAddresses: from '10.0.0.0/8' to ''", audit.Detail, StringComparison.Ordinal);
        Assert.Contains("keys: uploaded", audit.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("LearnableOwners", audit.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("provider", "\"gitlab\"")]
    [InlineData("issuer", "\"https://token.actions.githubusercontent.com\"")]
    [InlineData("claims", "{}")]
    [InlineData("insecureHttp", "false")]
    [InlineData("names", "[\"*-utils\"]")]
    [InlineData("names", "null")]
    [InlineData("constants", "{\"unheard\":\"of\"}")]
    [InlineData("jwks", "{}")]
    [InlineData("addresses", "[\"here\"]")]
    [InlineData("nmaes", "[\"@acme/*\"]")]
    public async Task What_policies_rest_on_never_changes_and_what_is_wrong_changes_nothing(string member, string value)
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        await world.AddIssuerAsync("github", world.Ci.Github);
        var before = await world.LinesAsync("/issuer/show", Github);

        using var answer = await world.AdminAsync("/issuer/edit", new JsonObject { ["id"] = "github", [member] = JsonNode.Parse(value) });

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-issuer");
        Assert.Equal(before, await world.LinesAsync("/issuer/show", Github));
    }

    [Fact]
    public async Task An_issuer_that_policies_name_is_not_removed()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.TrustGithubAsync("@acme/b");

        using var answer = await world.AdminAsync("/issuer/remove", Github);

        var text = await answer.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "issuer-in-use");
        Assert.StartsWith("2 trust policies name github: ", text, StringComparison.Ordinal);
        Assert.Contains("@acme/b", text, StringComparison.Ordinal);
        Assert.Contains("--force", text, StringComparison.Ordinal);
        await world.PublishFromGithubAsync("1.0.0");
    }

    [Fact]
    public async Task Removing_it_by_force_ends_its_policies_and_tokens()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());

        var lines = await world.LinesAsync("/issuer/remove", new JsonObject { ["id"] = "github", ["force"] = true });
        using var refused = await world.PublishAsync(token, "1.0.1");
        using var stranger = await world.ExchangeAsync(world.Github());

        Assert.Equal("github is removed, and 1 trust policies ended with it. 1 exchanged tokens were revoked.", Assert.Single(lines));
        await refused.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "policy-changed");
        await stranger.ShouldExplainAsync(HttpStatusCode.Unauthorized, "unknown-issuer");
        var policy = await world.App.ReadAsync(db => db.TrustPolicies.SingleAsync());
        Assert.True(policy.EndsAt <= world.App.Clock.GetUtcNow());
        Assert.Equal(["issuer.added", "issuer.removed"], (await AuditAsync(world, "github")).Select(row => row.Action));
        Assert.Equal(1, await world.App.ReadAsync(db => db.AuditEvents.CountAsync(row => row.Action == "policy.ended" && row.Subject == $"{TrustWorld.Package} {policy.Id}")));
        Assert.DoesNotContain(await world.LinesAsync("/issuer/list"), line => line.StartsWith("github ", StringComparison.Ordinal));
    }

    // Versions, attempts and ended policies go on naming it: another issuer under that name would be taken for it.
    [Fact]
    public async Task The_name_of_a_removed_issuer_never_comes_to_mean_another_one()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await world.LinesAsync("/issuer/remove", new JsonObject { ["id"] = "github", ["force"] = true });

        using var other = await world.AddIssuerAsync("github", new Uri(world.Ci.Url, "/other"));
        using var same = await world.AddIssuerAsync("github", world.Ci.Github);
        using var exchange = await world.ExchangeAsync(world.Github());

        await other.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "issuer-exists");
        await same.ShouldBeAsync(HttpStatusCode.OK);
        await exchange.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
    }

    // Ending a deny widens trust, and nobody has said so.
    [Fact]
    public async Task What_denies_the_issuer_something_stays_for_the_day_that_it_comes_back()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Deny("@acme/*", policy => policy["binding"] = "github"));

        await world.LinesAsync("/issuer/remove", Github);
        await (await world.AddIssuerAsync("github", world.Ci.Github)).ShouldBeAsync(HttpStatusCode.OK);
        await world.TrustGithubAsync();
        await world.TrustGithubAsync("@other/free");

        Assert.False(await world.GrantsAsync());
        Assert.True(await world.GrantsAsync("@other/free"));
    }

    [Fact]
    public async Task One_that_was_never_used_leaves_nothing_behind()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        await world.AddIssuerAsync("github", new Uri(world.Ci.Url, "/misspelt"));

        await world.LinesAsync("/issuer/remove", Github);
        using var right = await world.AddIssuerAsync("github", world.Ci.Github);

        await right.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(1, await world.App.ReadAsync(db => db.IssuerBindings.CountAsync()));
    }

    [Theory]
    [InlineData("show")]
    [InlineData("check")]
    [InlineData("edit")]
    [InlineData("enable")]
    [InlineData("disable")]
    [InlineData("accept")]
    [InlineData("remove")]
    public async Task A_removed_issuer_is_gone_for_everybody(string verb)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await world.LinesAsync("/issuer/remove", new JsonObject { ["id"] = "github", ["force"] = true });

        using var answer = await world.AdminAsync($"/issuer/{verb}", Github);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "issuer-not-found");
    }

    private static Task<List<AuditEventRow>> AuditAsync(TrustWorld world, string subject) =>
        world.App.ReadAsync(db => db.AuditEvents.Where(row => row.Subject == subject).OrderBy(row => row.Id).ToListAsync());
}

/// <summary>Two nodes on one database: what is done at one holds for the next request at the other.</summary>
public sealed class IssuerNodesTests(PostgresCluster cluster)
{
    [Fact]
    public async Task Each_change_holds_on_the_other_node_with_the_very_next_request()
    {
        string[] configuration = ["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={await cluster.CreateMigratedAsync()}"];
        await using var here = await TrustWorld.WithPolicyAsync(environment: null, configuration);
        await using var there = await here.JoinAsync(configuration);
        var token = await there.ExchangedAsync(here.Github());

        await here.LinesAsync("/issuer/disable", new JsonObject { ["id"] = "github" });
        using var publish = await there.PublishAsync(token, "1.0.0");
        using var exchange = await there.ExchangeAsync(here.Github());
        await there.LinesAsync("/issuer/enable", new JsonObject { ["id"] = "github" });
        using var again = await here.ExchangeAsync(here.Github());
        await there.LinesAsync("/issuer/edit", new JsonObject { ["id"] = "github", ["names"] = new JsonArray("@other/*") });
        using var outside = await here.ExchangeAsync(here.Github());
        await here.LinesAsync("/issuer/remove", new JsonObject { ["id"] = "github", ["force"] = true });
        using var removed = await there.ExchangeAsync(here.Github());

        await exchange.ShouldExplainAsync(HttpStatusCode.Unauthorized, "unknown-issuer");
        await publish.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "policy-changed");
        await again.ShouldBeAsync(HttpStatusCode.Created);
        await outside.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
        await removed.ShouldExplainAsync(HttpStatusCode.Unauthorized, "unknown-issuer");
    }
}
