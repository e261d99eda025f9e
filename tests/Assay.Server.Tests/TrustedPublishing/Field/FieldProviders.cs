using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Assay.Server.Tests.TrustedPublishing.Field.FieldWorld;

namespace Assay.Server.Tests.TrustedPublishing.Field;

/// <summary>Rows 1-20: providers, and what can be said about them.</summary>
internal static class FieldProviders
{
    public static IReadOnlyList<FieldRow> Rows =>
    [
        new(2, "Built-in providers", Twenty_four_providers_ship),
        new(3, "Issuer the user can register", An_administrator_registers_an_issuer),
        new(4, "GitHub Enterprise Server / enterprise issuer URL", An_enterprise_has_an_issuer_of_its_own),
        new(5, "Self-hosted runners", A_runner_of_ones_own_publishes),
        new(6, "Runner type as a policy condition", A_policy_can_insist_on_hosted_runners),
        new(7, "Publishers per package", Any_number_of_publishers_of_any_provider),
        new(8, "Packages per publisher", One_identity_token_publishes_every_package_that_trusts_it),
        new(9, "Scope- or owner-wide policy", A_scope_policy_holds_for_a_package_that_nobody_set_up),
        new(10, "First publish of a new name", A_policy_publishes_the_first_version),
        new(11, "Limits of the pending state", A_waiting_policy_keeps_its_name_and_lapses_after_a_week),
        new(12, "Config checked when saved", A_policy_that_could_not_work_is_not_saved),
        new(13, "Edit in place", An_edit_keeps_the_ids_and_kills_the_tokens),
        new(14, "Config API / CLI", Npm_trust_creates_lists_and_revokes),
        new(15, "Bulk configuration", One_policy_covers_a_scope_and_many_calls_are_not_paced),
        new(16, "Who may configure", Owners_and_administrators_with_a_token_that_may_write),
        new(17, "Config outlives the maintainer who made it", A_policy_whose_maker_has_left_is_shown_as_one),
        new(18, "Unused-config expiry", A_policy_that_nobody_uses_lapses_and_can_be_confirmed),
        new(19, "Last-used shown", A_policy_shows_when_it_was_last_used),
        new(20, "Policy language", Conditions_join_and_negate_and_an_absent_claim_never_matches),
    ];

    private static async Task Twenty_four_providers_ship(FieldWorld field)
    {
        using var answer = await field.World.App.GetAsync("/-/assay/v1/providers", field.World.Administrator);

        var providers = (await answer.ShouldBeAsync(HttpStatusCode.OK))["providers"]!.AsArray().Select(provider => (string)provider!["id"]!).ToList();
        Assert.Subset(providers.ToHashSet(), new HashSet<string> { "github", "gitlab", "circleci", "google", "activestate", "azure-devops", "generic" });
        Assert.InRange(providers.Count, 24, 100);
    }

    private static async Task An_administrator_registers_an_issuer(FieldWorld field)
    {
        await using var issuer = await StubIssuer.StartAsync();
        var body = new JsonObject
        {
            ["id"] = "row-3",
            ["provider"] = "github",
            ["issuer"] = issuer.Url.OriginalString,
            ["names"] = new JsonArray("@row-3/*"),
            ["insecureHttp"] = true,
        };

        using var byMember = await field.World.App.PostAsync("/-/assay/v1/issuers", await field.World.App.SignedInAsync("row-3"), body.DeepClone());
        using var added = await field.World.App.PostAsync("/-/assay/v1/issuers", field.World.Administrator, body);

        await byMember.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await added.ShouldBeAsync(HttpStatusCode.Created);
        await field.World.TrustGithubAsync("@row-3/a");
        await field.PublishedAsync(issuer.Mint(field.World), "1.0.0", "@row-3/a");
    }

    private static async Task An_enterprise_has_an_issuer_of_its_own(FieldWorld field)
    {
        var url = new Uri("https://token.actions.githubusercontent.com/acme");
        await using var issuer = await field.TrustedStubAsync("row-4", "@row-4/*", url);
        await field.World.TrustGithubAsync("@row-4/a");

        await field.GrantedAsync(Mint("acme"), "@row-4/a");
        await field.RefusedAsync("claims-inconsistent", Mint("another"), "@row-4/a");

        string Mint(string enterprise) => issuer.Mint(field.World, new JsonObject { ["iss"] = url.OriginalString, ["enterprise"] = enterprise });
    }

    private static async Task A_runner_of_ones_own_publishes(FieldWorld field)
    {
        await field.World.TrustGithubAsync("@acme/row-5");

        await field.PublishedAsync(field.World.Github(Claim("runner_environment", "self-hosted")), "1.0.0", "@acme/row-5");
    }

    private static async Task A_policy_can_insist_on_hosted_runners(FieldWorld field)
    {
        await field.WrittenAsync("@acme/row-6", GithubField("runner", "github-hosted"));

        await field.RefusedAsync("runner-mismatch", field.World.Github(Claim("runner_environment", "self-hosted")), "@acme/row-6");
        await field.GrantedAsync(field.World.Github(), "@acme/row-6");
    }

    private static async Task Any_number_of_publishers_of_any_provider(FieldWorld field)
    {
        const string Package = "@acme/row-7";
        for (var number = 1; number <= 11; number++)
        {
            await (await field.World.TrustAsync(Package, TrustRequest.Github(file: $"publish-{number}.yml"))).ShouldBeCreatedAsync();
        }
        await (await field.World.TrustAsync(Package, TrustRequest.Gitlab())).ShouldBeCreatedAsync();
        await (await field.World.TrustAsync(Package, TrustRequest.Circleci(TrustRequest.Context))).ShouldBeCreatedAsync();

        await field.PublishedAsync(field.World.Github(Claim("workflow_file", "publish-11.yml")), "1.0.0", Package);
        await field.PublishedAsync(field.World.Ci.MintGitlab(), "1.0.1", Package);
        await field.PublishedAsync(field.World.Ci.MintCircleci(), "1.0.2", Package);
    }

    private static async Task One_identity_token_publishes_every_package_that_trusts_it(FieldWorld field)
    {
        await (await field.World.TrustAsync("@acme/row-8-a", TrustRequest.Gitlab())).ShouldBeCreatedAsync();
        await (await field.World.TrustAsync("@acme/row-8-b", TrustRequest.Gitlab())).ShouldBeCreatedAsync();
        var token = field.World.Ci.MintGitlab();

        await field.PublishedAsync(token, "1.0.0", "@acme/row-8-a");
        await field.PublishedAsync(token, "1.0.0", "@acme/row-8-b");
    }

    private static async Task A_scope_policy_holds_for_a_package_that_nobody_set_up(FieldWorld field)
    {
        var member = await field.World.App.SignedInAsync("row-9");
        await field.WrittenAsync("@row-9/*", Github());
        await field.World.TrustGithubAsync("@row-9/own", "octo-org/another");

        await field.PublishedAsync(field.World.Github(), "1.0.0", "@row-9/never-seen");
        // What a package says itself counts alone.
        await field.RefusedAsync("no-matching-policy", field.World.Github(), "@row-9/own");
        using var byMember = await WriteAsync(field.World, "@row-9/a*", Github(), member);
        Assert.Equal(HttpStatusCode.Forbidden, byMember.StatusCode);
    }

    private static async Task A_policy_publishes_the_first_version(FieldWorld field)
    {
        const string Package = "@acme/row-10";
        await field.World.TrustGithubAsync(Package);

        await field.PublishedAsync(field.World.Github(), "1.0.0", Package);

        using var answer = await field.World.App.GetAsync("/@acme%2frow-10", field.World.Administrator);
        var version = (await answer.ShouldBeAsync(HttpStatusCode.OK))["versions"]!["1.0.0"]!;
        Assert.Equal("github", (string?)version["_npmUser"]!["trustedPublisher"]!["id"]);
    }

    private static async Task A_waiting_policy_keeps_its_name_and_lapses_after_a_week(FieldWorld field)
    {
        await using var alone = await TrustWorld.StartAsync();
        var id = await alone.TrustGithubAsync();
        using (var taken = await alone.PublishAsync(await alone.App.SignedInAsync("member"), "1.0.0"))
        {
            await taken.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        }
        alone.App.Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1));

        using var lapsed = await alone.ExchangeAsync(alone.Github());
        using var rearmed = await alone.App.PostAsync($"/-/assay/v1/policies/{id}/rearm", alone.Administrator, new JsonObject());

        await lapsed.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
        await rearmed.ShouldBeAsync(HttpStatusCode.OK);
        await alone.PublishFromGithubAsync("1.0.0");
    }

    private static async Task A_policy_that_could_not_work_is_not_saved(FieldWorld field)
    {
        const string Package = "@acme/row-12";
        using var file = await field.World.TrustAsync(Package, TrustRequest.Github(file: "../publish.yml"));
        using var issuer = await field.World.TrustAsync("@row-12/elsewhere", TrustRequest.Github());
        using var gate = await field.World.TrustAsync(Package, TrustRequest.Circleci());
        using var misspelt = await WriteAsync(field.World, Package, GithubField("enviroment", "release"));

        await file.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-trust-configuration");
        await issuer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "issuer-may-not-publish");
        Assert.Contains("--context-id", await gate.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-trust-configuration"), StringComparison.Ordinal);
        Assert.Contains("enviroment", await misspelt.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-policy"), StringComparison.Ordinal);
        Assert.False(await field.World.App.ReadAsync(db => db.Packages.AnyAsync(row => row.Name == Package)));
    }

    private static async Task An_edit_keeps_the_ids_and_kills_the_tokens(FieldWorld field)
    {
        const string Package = "@acme/row-13";
        var id = await field.World.TrustGithubAsync(Package);
        var token = await field.World.ExchangedAsync(field.World.Github(), Package);
        var edit = GithubField("runner", "github-hosted");
        edit.Remove("pins");

        using var answer = await field.World.App.PutAsync($"/-/assay/v1/policies/{id}", field.World.Administrator, edit);

        var edited = await answer.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(id, (string?)edited["replaces"]);
        Assert.Equal("74", (string?)edited["policy"]!["pins"]!["repository_id"]);
        await field.DeadAsync("policy-changed", token, Package);
        await field.GrantedAsync(field.World.Github(), Package);
    }

    private static async Task Npm_trust_creates_lists_and_revokes(FieldWorld field)
    {
        const string Package = "@acme/row-14";
        var id = await field.World.TrustGithubAsync(Package);
        using (var listed = await field.World.App.GetAsync("/-/package/@acme%2frow-14/trust", field.World.Administrator))
        {
            Assert.Equal(id, (string?)Assert.Single(await listed.ArrayAsync())!["id"]);
        }

        using var revoked = await field.World.RevokeTrustAsync(Package, id);

        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        await field.RefusedAsync("no-matching-policy", field.World.Github(), Package);
    }

    private static async Task One_policy_covers_a_scope_and_many_calls_are_not_paced(FieldWorld field)
    {
        await field.WrittenAsync("@row-15/*", Github());
        for (var number = 0; number < 5; number++)
        {
            await field.PublishedAsync(field.World.Github(), "1.0.0", $"@row-15/covered-{number}");
        }

        for (var number = 0; number < 25; number++)
        {
            await field.World.TrustGithubAsync($"@acme/row-15-{number}");
        }
    }

    private static async Task Owners_and_administrators_with_a_token_that_may_write(FieldWorld field)
    {
        const string Package = "@acme/row-16";
        var owner = await field.World.App.SignedInAsync("row-16-owner");
        var stranger = await field.World.App.SignedInAsync("row-16-stranger");
        await (await field.World.PublishAsync(owner, "1.0.0", Package)).ShouldBeAsync(HttpStatusCode.Created);
        await (await field.World.TrustAsync(Package, TrustRequest.Github(), owner)).ShouldBeCreatedAsync();
        using var minted = await field.World.App.PostAsync("/-/npm/v1/tokens", owner, new JsonObject { ["password"] = RegistryApp.Password, ["readonly"] = true });
        var readOnly = (string)(await minted.ShouldBeAsync(HttpStatusCode.Created))["token"]!;
        var exchanged = await field.World.ExchangedAsync(field.World.Github(), Package);

        foreach (var (token, code) in new[] { (stranger, "not-an-owner"), (readOnly, "read-only-token"), (exchanged, "publish-token-only") })
        {
            using var answer = await field.World.TrustAsync(Package, TrustRequest.Gitlab(), token);
            await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, code);
        }
    }

    private static async Task A_policy_whose_maker_has_left_is_shown_as_one(FieldWorld field)
    {
        var leaving = await field.World.App.SignedInAsync("row-17", isAdministrator: true);
        var id = await field.WrittenAsync("@row-17/*", Github(), leaving);
        Assert.DoesNotContain("creator-has-left", Codes(await field.PolicyAsync(id)));

        await field.World.App.Services.GetRequiredService<CommitQueue>().RunAsync(async (commit, stop) =>
        {
            (await commit.Db.People.AsTracking().SingleAsync(row => row.Name == "row-17", stop)).IsAdministrator = false;
            commit.Changed(Credential.AllChanged);
            return true;
        }, CancellationToken.None);

        Assert.Contains("creator-has-left", Codes(await field.PolicyAsync(id)));

        static IEnumerable<string?> Codes(JsonObject policy) => policy["hygiene"]!.AsArray().Select(finding => (string?)finding!["code"]);
    }

    private static async Task A_policy_that_nobody_uses_lapses_and_can_be_confirmed(FieldWorld field)
    {
        await using var alone = await TrustWorld.StartAsync(["--Assay:TrustedPublishing:IdleDays=7"]);
        var id = await alone.TrustGithubAsync();
        await alone.PublishFromGithubAsync("1.0.0");
        alone.App.Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromMinutes(2));

        using var idle = await alone.ExchangeAsync(alone.Github());
        using var rearmed = await alone.App.PostAsync($"/-/assay/v1/policies/{id}/rearm", alone.Administrator, new JsonObject());

        await idle.ShouldExplainAsync(HttpStatusCode.Unauthorized, "policy-idle");
        await rearmed.ShouldBeAsync(HttpStatusCode.OK);
        await alone.PublishFromGithubAsync("1.0.1");
    }

    private static async Task A_policy_shows_when_it_was_last_used(FieldWorld field)
    {
        var id = await field.World.TrustGithubAsync("@acme/row-19");
        Assert.Null((await field.PolicyAsync(id))["life"]!["lastUsedAt"]);

        await field.GrantedAsync(field.World.Github(), "@acme/row-19");

        var used = DateTimeOffset.Parse((string)(await field.PolicyAsync(id))["life"]!["lastUsedAt"]!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(field.World.App.Clock.GetUtcNow() - used, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    private static async Task Conditions_join_and_negate_and_an_absent_claim_never_matches(FieldWorld field)
    {
        const string Package = "@acme/row-20";
        await field.WrittenAsync(Package, Github("when", """
            {"all":[
              {"any":[{"claim":"ref","like":"refs/tags/v1.*"},{"claim":"event_name","is":"release"}]},
              {"claim":"actor_id","in":["12","13"]},
              {"not":{"claim":"enterprise_id","in":["666"]}}]}
            """));

        await field.GrantedAsync(Run("12", "7"), Package);
        await field.RefusedAsync("condition-not-met", Run("14", "7"), Package);
        await field.RefusedAsync("condition-not-met", Run("12", "666"), Package);
        // Silence helps nobody, not even under a "not".
        await field.RefusedAsync("condition-not-met", Run("12", enterprise: null), Package);
        using var regex = await WriteAsync(field.World, Package, Github("when", """{"claim":"ref","matches":"^refs/tags/v.*$"}"""));
        await regex.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-policy");
        await field.WrittenAsync(Package, JsonNode.Parse("""
            {"effect":"deny","binding":"github","actions":["publish"],"when":{"claim":"actor_id","is":"13"}}
            """)!.AsObject());
        await field.RefusedAsync("denied-by-policy", Run("13", "7"), Package);

        string Run(string actor, string? enterprise) => field.World.Github(new JsonObject { ["actor_id"] = actor, ["enterprise_id"] = enterprise });
    }
}
