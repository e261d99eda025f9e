using System.Net;
using System.Text.Json.Nodes;
using Assay.CiSimulator;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Packages.Locks;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>From a refusal to the policy that it would have needed.</summary>
public sealed class PolicyFromAttemptTests
{
    private const string Other = "@acme/other";

    [Fact]
    public async Task Where_the_owner_id_is_trusted_in_the_scope_one_request_makes_the_policy()
    {
        await using var world = await TrustedScopeAsync();
        var id = await RefusedAsync(world, Sibling());

        using var answer = await MakeAsync(world, id);

        var created = await answer.ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal("octo-org/sibling", (string?)created["policy"]!["fields"]!["repository"]![0]);
        Assert.Contains("Release gate: proved", answer.Notice(), StringComparison.Ordinal);
        Assert.Equal((string?)created["id"], await world.App.ReadAsync(db => db.TrustPolicies.Where(row => row.Target == Other).Select(row => row.Id).SingleAsync()));
        Assert.Equal("65", (await world.PinsAsync(Other))["repository_owner_id"]);
        await world.PublishFromGithubAsync("1.0.1", Sibling(), Other);
    }

    [Fact]
    public async Task What_the_scope_demands_holds_for_it_too()
    {
        await using var world = await TrustedScopeAsync();
        var id = await RefusedAsync(world, Sibling());
        await world.App.OperatorDemandsAsync("@acme", Demanding.Passkey);
        await (await MakeAsync(world, id)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "passkey-needed");
        await world.App.OperatorDemandsAsync("@acme", Demanding.Passkey, isOn: false, now: true);
        await world.App.OperatorDemandsAsync("@acme", Demanding.Second);

        using var waiting = await MakeAsync(world, id);

        Assert.Equal("waiting", (string?)(await waiting.ShouldBeAsync(HttpStatusCode.Created))["state"]);
    }

    [Fact]
    public async Task A_stranger_needs_the_look_of_a_person_and_the_draft_is_in_the_answer()
    {
        await using var world = await TrustedScopeAsync();
        var id = await RefusedAsync(world, new JsonObject { ["repository"] = "mallory/fork" });

        using var answer = await MakeAsync(world, id);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "policy-needs-review");
        var draft = (await answer.JsonAsync())["draft"]!;
        Assert.Equal(("@acme/other", "github", "proved"), ((string?)draft["target"], (string?)draft["binding"], (string?)draft["gate"]));
        Assert.Equal(["publish"], draft["actions"]!.AsArray().Select(action => (string?)action));
        Assert.Equal("mallory/fork", (string?)draft["fields"]!["repository"]![0]);
        Assert.NotNull((string?)draft["pins"]!["repository_owner_id"]);
        Assert.Contains("yet", (string?)(await answer.JsonAsync())["review"], StringComparison.Ordinal);
        Assert.False(await world.App.ReadAsync(db => db.TrustPolicies.AnyAsync(row => row.Target == Other)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_preview_never_creates(bool isTrusted)
    {
        await using var world = await TrustedScopeAsync();
        var id = await RefusedAsync(world, isTrusted ? Sibling() : new JsonObject { ["repository"] = "mallory/fork" });

        using var answer = await MakeAsync(world, id, "?preview=true");

        var preview = await answer.ShouldBeAsync(HttpStatusCode.OK);
        Assert.NotNull(preview["draft"]);
        Assert.Equal(isTrusted, preview["review"] is null);
        Assert.False(await world.App.ReadAsync(db => db.TrustPolicies.AnyAsync(row => row.Target == Other)));
    }

    public static TheoryData<string> NotEnough => new("another scope", "another binding", "ended", "not yet in force", "a deny", "unpinned");

    [Theory]
    [MemberData(nameof(NotEnough))]
    public async Task What_else_trusts_the_owner_id_is_not_enough(string what)
    {
        await using var world = await TrustWorld.StartAsync();
        await world.PublishAsync(world.Administrator, "1.0.0", Other);
        var policy = new TestPolicy(TrustActions.Publish);
        await (what switch
        {
            "another scope" => policy with { Target = "@else/hello" },
            "ended" => policy with { EndsAfter = TimeSpan.Zero },
            "not yet in force" => policy with { StartsAfter = TimeSpan.FromDays(1) },
            "a deny" => TestPolicy.Deny(TrustActions.DistTag, TrustWorld.Package),
            "unpinned" => policy with { IsPinned = false },
            _ => policy,
        }).AddToAsync(world);
        if (what == "another binding")
        {
            await world.EditPolicyAsync(row => row.BindingId = "gitlab");
        }
        var id = await RefusedAsync(world, Sibling());

        using var answer = await MakeAsync(world, id);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "policy-needs-review");
    }

    // Names without a scope belong to anybody.
    [Fact]
    public async Task Packages_without_a_scope_do_not_vouch_for_each_other()
    {
        await using var world = await TrustWorld.StartAsync();
        await (new TestPolicy(TrustActions.Publish) { Target = "hello" }).AddToAsync(world);
        await world.PublishAsync(world.Administrator, "1.0.0", "plain");
        var id = await RefusedAsync(world, Sibling(), "plain");

        using var answer = await MakeAsync(world, id, package: "plain");

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "policy-needs-review");
    }

    [Fact]
    public async Task A_run_that_only_an_owner_can_mean_to_allow_is_for_review()
    {
        await using var world = await TrustedScopeAsync();
        var id = await RefusedAsync(world, new JsonObject { ["repository"] = "octo-org/sibling", ["event_name"] = "schedule" });

        using var answer = await MakeAsync(world, id);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "policy-needs-review");
        Assert.Contains("event_name is 'schedule'", (string?)(await answer.JsonAsync())["review"], StringComparison.Ordinal);
    }

    // Whoever holds a token for another place may have taken it from its job.
    [Fact]
    public async Task A_token_that_was_not_good_here_makes_no_policy_by_itself()
    {
        await using var world = await TrustedScopeAsync();
        await world.ExchangeAsync(world.Ci.MintGithub(Sibling(), audience: "npm:elsewhere.example"), Other);
        var id = (long)(await world.AttemptsAsync(Other))[0]!["id"]!;

        using var answer = await MakeAsync(world, id);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "policy-needs-review");
        Assert.Contains("was not good here", (string?)(await answer.JsonAsync())["review"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"repository":"octo-org/sibling","ref_protected":"false"}""", "Name a GitHub environment")]
    [InlineData("""{"repository":"octo-org/sibling","event_name":"pull_request"}""", "Pull requests never publish")]
    public async Task A_run_that_no_policy_can_allow_gets_the_advice_instead(string changes, string advice)
    {
        await using var world = await TrustedScopeAsync();
        var id = await RefusedAsync(world, JsonNode.Parse(changes)!.AsObject());

        using var answer = await MakeAsync(world, id);

        Assert.Contains(advice, await answer.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "no-draft"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forged_token_and_an_issuer_that_is_trusted_no_more_make_no_draft()
    {
        await using var world = await TrustedScopeAsync();
        await world.ExchangeAsync(world.Github(Sibling(), Forgery.BadSignature), Other);
        var forged = (long)(await world.AttemptsAsync(Other))[0]!["id"]!;
        var honest = await RefusedAsync(world, Sibling());

        using var ofForged = await MakeAsync(world, forged);
        await world.DisableIssuerAsync("github");
        using var ofDisabled = await MakeAsync(world, honest);

        await ofForged.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "no-draft");
        await ofDisabled.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "no-draft");
    }

    [Fact]
    public async Task An_issuer_that_may_not_publish_the_name_makes_no_draft()
    {
        await using var world = await TrustWorld.StartAsync(names: ["@acme/*"]);
        await world.PublishAsync(world.Administrator, "1.0.0", "@other/hello");
        var id = await RefusedAsync(world, Sibling(), "@other/hello");

        using var answer = await MakeAsync(world, id, package: "@other/hello");

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "no-draft");
    }

    [Fact]
    public async Task Only_who_may_trust_for_the_package_may_make_one()
    {
        await using var world = await TrustedScopeAsync();
        var id = await RefusedAsync(world, Sibling());
        var mallory = await world.App.SignedInAsync("mallory");

        using var member = await MakeAsync(world, id, token: mallory);
        using var anonymous = await world.App.PostAsync(Path(id, Other), null, null);
        using var wrongPackage = await MakeAsync(world, id, package: TrustWorld.Package);

        await member.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await anonymous.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
        await wrongPackage.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "attempt-not-found");
        Assert.False(await world.App.ReadAsync(db => db.TrustPolicies.AnyAsync(row => row.Target == Other)));
    }

    [Fact]
    public async Task Twice_makes_one()
    {
        await using var world = await TrustedScopeAsync();
        var id = await RefusedAsync(world, Sibling());
        await (await MakeAsync(world, id)).ShouldBeAsync(HttpStatusCode.Created);

        using var again = await MakeAsync(world, id);

        await again.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "policy-exists");
        Assert.Equal(1, await world.App.ReadAsync(db => db.TrustPolicies.CountAsync(row => row.Target == Other)));
    }

    private static JsonObject Sibling() => new() { ["repository"] = "octo-org/sibling" };

    /// <summary>One package of the scope trusts octo-org by its id, another nobody.</summary>
    private static async Task<TrustWorld> TrustedScopeAsync()
    {
        var world = await TrustWorld.WithPinnedPolicyAsync();
        await world.PublishAsync(world.Administrator, "1.0.0", Other);
        return world;
    }

    private static async Task<long> RefusedAsync(TrustWorld world, JsonObject run, string package = Other)
    {
        using var answer = await world.ExchangeAsync(world.Github(run), package);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        return (long)(await world.AttemptsAsync(package))[0]!["id"]!;
    }

    private static Task<HttpResponseMessage> MakeAsync(TrustWorld world, long id, string query = "", string package = Other, string? token = null) =>
        world.App.PostAsync(Path(id, package) + query, token ?? world.Administrator, null);

    private static string Path(long id, string package) => $"/-/assay/v1/package/{TrustWorld.Escape(package)}/attempts/{id}/policy";
}
