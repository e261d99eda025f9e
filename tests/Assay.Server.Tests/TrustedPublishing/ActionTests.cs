using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Server.TrustedPublishing;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>What an exchanged token changes: what it was exchanged for, on its package, while its reason stands.</summary>
public sealed class ActionTests
{
    private const TrustActions Everything =
        TrustActions.Publish | TrustActions.DistTag | TrustActions.Deprecate | TrustActions.Unpublish | TrustActions.Read;

    private static readonly string[] Actions = ["publish", "dist-tag", "deprecate", "unpublish", "read"];
    private static readonly string[] Acts = ["publish", "set-tag", "remove-tag", "deprecate", "unpublish", "unpublish-all"];

    public static TheoryData<string> Changes => ["set-tag", "remove-tag", "deprecate", "unpublish", "unpublish-all"];

    public static TheoryData<string, string> Combinations
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var action in Actions)
            {
                foreach (var act in Acts)
                {
                    all.Add(action, act);
                }
            }
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task A_token_does_what_it_was_exchanged_for_and_nothing_else(string action, string act)
    {
        await using var world = await TokenUse.WithActionsAsync(Everything);
        await world.TagAsync(world.Administrator, "beta", "1.0.0");
        var before = await world.DocumentAsync();
        var token = await world.AskedAsync(world.Github(), action);

        using var answer = await ActAsync(world, act, token);

        if (ActionOf(act) == action)
        {
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            Assert.NotEqual(before, await world.DocumentAsync());
        }
        else
        {
            await answer.ShouldExplainAsync(HttpStatusCode.Forbidden, "action-not-granted");
            Assert.Equal(before, await world.DocumentAsync());
        }
    }

    [Theory]
    [InlineData("dist-tag", "This token is good for dist-tag of @acme/hello and for reading it, and for nothing else.")]
    [InlineData("read", "This token may read @acme/hello, and nothing else.")]
    public async Task A_refusal_names_what_the_token_may_do(string action, string text)
    {
        await using var world = await TokenUse.WithActionsAsync(Everything);
        var token = await world.AskedAsync(world.Github(), action);

        using var answer = await world.UnpublishAsync(token, "1.0.0");

        Assert.StartsWith(text, await answer.ShouldExplainAsync(HttpStatusCode.Forbidden, "action-not-granted"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dist-tag", TrustActions.Deprecate)]
    [InlineData("deprecate", TrustActions.Publish | TrustActions.DistTag | TrustActions.Unpublish)]
    [InlineData("unpublish", TrustActions.Publish | TrustActions.DistTag | TrustActions.Deprecate)]
    [InlineData("publish", TrustActions.DistTag)]
    [InlineData("stage", TrustActions.Publish)]
    [InlineData("read", TrustActions.Publish | TrustActions.DistTag)]
    public async Task What_the_policy_does_not_grant_is_not_exchanged(string action, TrustActions granted)
    {
        await using var world = await TokenUse.WithActionsAsync(granted);

        using var answer = await world.AskAsync(world.Github(), action, TrustWorld.Package);

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "action-not-granted");
        Assert.Empty(await world.LiveTokensAsync());
    }

    [Fact]
    public async Task Of_several_actions_asked_for_all_have_to_be_granted()
    {
        await using var world = await TokenUse.WithActionsAsync(TrustActions.DistTag);

        using var answer = await world.App.PostAsync(TokenUse.OwnExchange, world.Github(), new JsonObject
        {
            ["actions"] = new JsonArray("dist-tag", "unpublish"),
            ["packages"] = new JsonArray(TrustWorld.Package),
        });

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "action-not-granted");
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_token_of_another_package_changes_nothing(string act)
    {
        await using var world = await TokenUse.WithActionsAsync(Everything);
        await world.PublishedByMemberAsync("1.0.0", "@acme/other");
        await new TestPolicy(Everything) { Target = "@acme/other" }.AddToAsync(world);
        await world.TagAsync(world.Administrator, "beta", "1.0.0");
        var before = await world.DocumentAsync();
        var token = await world.AskedAsync(world.Github(), ActionOf(act), "@acme/other");

        using var answer = await ActAsync(world, act, token);

        await answer.ShouldExplainAsync(HttpStatusCode.Forbidden, "wrong-package");
        Assert.Equal(before, await world.DocumentAsync());
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task An_expired_token_changes_nothing(string act)
    {
        await using var world = await TokenUse.WithActionsAsync(Everything);
        await world.TagAsync(world.Administrator, "beta", "1.0.0");
        var token = await world.AskedAsync(world.Github(), ActionOf(act));
        world.App.Clock.Advance(TimeSpan.FromMinutes(15));
        var before = await world.DocumentAsync();

        using var answer = await ActAsync(world, act, token);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "publish-token-expired");
        Assert.Equal(before, await world.DocumentAsync());
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_token_whose_policy_has_ended_changes_nothing(string act) =>
        await ChangesNothingAfterAsync(act, "policy-changed", world => world.EditPolicyAsync(row => row.EndsAt = world.App.Clock.GetUtcNow()));

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_token_of_an_issuer_that_was_disabled_changes_nothing(string act) =>
        await ChangesNothingAfterAsync(act, "policy-changed", world => world.DisableIssuerAsync("github"));

    // Only at an exchange can a run be asked whether a deny means it.
    [Theory]
    [InlineData(TrustWorld.Package)]
    [InlineData("@acme/*")]
    [InlineData("@acme/he*")]
    [InlineData("*")]
    public async Task A_token_changes_nothing_once_a_deny_was_made_after_its_exchange(string target) =>
        await ChangesNothingAfterAsync("set-tag", "policy-changed", world =>
        {
            world.App.Clock.Advance(TimeSpan.FromSeconds(1));
            return TestPolicy.Deny(TrustActions.DistTag, target, "octo-org/another").AddToAsync(world);
        });

    [Theory]
    [InlineData(TrustActions.Unpublish, "@acme/*")]
    [InlineData(TrustActions.DistTag, "@acme/other")]
    [InlineData(TrustActions.DistTag, "@acme/he-*")]
    public async Task A_deny_of_something_else_does_not_concern_it(TrustActions actions, string target)
    {
        await using var world = await TokenUse.WithActionsAsync(Everything);
        var token = await world.AskedAsync(world.Github(), "dist-tag");
        world.App.Clock.Advance(TimeSpan.FromSeconds(1));
        await TestPolicy.Deny(actions, target).AddToAsync(world);

        using var answer = await world.TagAsync(token, "next", "1.0.0");

        await answer.ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_deny_that_stood_at_the_exchange_and_did_not_mean_the_run_does_not_count_later()
    {
        await using var world = await TokenUse.WithActionsAsync(Everything);
        await TestPolicy.Deny(Everything, "@acme/*", "octo-org/another").AddToAsync(world);
        world.App.Clock.Advance(TimeSpan.FromSeconds(1));
        var token = await world.AskedAsync(world.Github(), "dist-tag");

        using var answer = await world.TagAsync(token, "next", "1.0.0");

        await answer.ShouldBeAsync(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_scope_granted_ends_with_a_policy_of_the_packages_own_unless_it_inherits(bool inherits)
    {
        await using var world = await TrustWorld.StartAsync();
        await world.PublishedByMemberAsync("1.0.0");
        await new TestPolicy(Everything) { Target = "@acme/*" }.AddToAsync(world);
        var token = await world.AskedAsync(world.Github(), "dist-tag");
        await InheritAsync(world, inherits);
        await new TestPolicy(Everything) { Repository = "octo-org/another", IsPinned = false }.AddToAsync(world);

        using var answer = await world.TagAsync(token, "next", "1.0.0");

        if (inherits)
        {
            await answer.ShouldBeAsync(HttpStatusCode.OK);
        }
        else
        {
            await answer.ShouldExplainAsync(HttpStatusCode.Forbidden, "policy-changed");
        }
    }

    [Fact]
    public async Task A_token_for_changes_is_good_until_it_expires()
    {
        await using var world = await TokenUse.WithActionsAsync(Everything);
        var token = await world.AskedAsync(world.Github(), "dist-tag");
        await (await world.TagAsync(token, "one", "1.0.0")).ShouldBeAsync(HttpStatusCode.OK);
        await (await world.TagAsync(token, "two", "1.1.0")).ShouldBeAsync(HttpStatusCode.OK);
        world.App.Clock.Advance(TimeSpan.FromMinutes(14));

        using var third = await world.UntagAsync(token, "one");

        await third.ShouldBeAsync(HttpStatusCode.OK);
        using var tags = await world.TagsAsync(token);
        Assert.Equal("""{"latest":"1.1.0","two":"1.1.0"}""", (await tags.JsonAsync()).ToJsonString());
    }

    [Fact]
    public async Task Of_a_deprecation_only_the_messages_are_taken()
    {
        await using var world = await TokenUse.WithActionsAsync(Everything);
        var token = await world.AskedAsync(world.Github(), "deprecate");

        using var answer = await world.DeprecateAsync(token, "use 1.1.0", change: document =>
        {
            document["dist-tags"]!["latest"] = "1.0.0";
            document["maintainers"] = new JsonArray(new JsonObject { ["name"] = "mallory", ["email"] = "mallory@example.test" });
            document["versions"]!["1.0.0"]!["dist"]!["integrity"] = "sha512-AAAA";
            document["versions"]!.AsObject().Remove("1.1.0");
        });

        await answer.ShouldBeAsync(HttpStatusCode.OK);
        var after = await world.App.PackumentAsync(world.Administrator, TrustWorld.Package);
        Assert.Equal("use 1.1.0", (string?)after["versions"]!["1.0.0"]!["deprecated"]);
        Assert.Equal("1.1.0", (string?)after["dist-tags"]!["latest"]);
        Assert.Equal("root", (string?)after["maintainers"]![0]!["name"]);
        Assert.NotEqual("sha512-AAAA", (string?)after["versions"]!["1.0.0"]!["dist"]!["integrity"]);
        Assert.Equal(["1.0.0", "1.1.0"], after["versions"].Keys());
    }

    [Fact]
    public async Task A_run_unpublishes_by_the_steps_and_rules_of_npm()
    {
        await using var world = await TokenUse.WithActionsAsync(Everything);
        var token = await world.AskedAsync(world.Github(), "unpublish");
        using var stale = await world.App.DeleteAsync("/@acme%2fhello/-rev/1-999", token);
        using var tooEarly = await world.App.DeleteAsync("/@acme/hello/-/hello-1.1.0.tgz/-rev/1-1", token);

        using var gone = await world.UnpublishAsync(token, "1.1.0");
        using var last = await world.App.DeleteAsync("/@acme/hello/-/hello-1.1.0.tgz/-rev/1-1", token);
        using var again = await world.PublishAsync(world.Administrator, "1.1.0");

        await stale.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "stale-revision");
        await tooEarly.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "still-published");
        await gone.ShouldBeAsync(HttpStatusCode.OK);
        await last.ShouldBeAsync(HttpStatusCode.OK);
        await again.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "version-exists");
        var removed = await world.App.ReadAsync(db => db.Versions.SingleAsync(row => row.RemovedAt != null));
        Assert.Equal("1.1.0 GitHub Actions", $"{removed.Version} {removed.RemovedBy}");
    }

    [Theory]
    [InlineData("publish", "version.published")]
    [InlineData("set-tag", "tag.set")]
    [InlineData("remove-tag", "tag.removed")]
    [InlineData("deprecate", "version.deprecated")]
    [InlineData("unpublish", "version.unpublished")]
    public async Task The_audit_log_names_the_run_and_its_policy(string act, string action)
    {
        await using var world = await TokenUse.WithActionsAsync(Everything);
        await world.TagAsync(world.Administrator, "beta", "1.0.0");
        var policy = await world.App.ReadAsync(db => db.TrustPolicies.Select(row => row.Id).SingleAsync());
        var token = await world.AskedAsync(world.Github(TokenUse.Run("4711")), ActionOf(act));

        using var answer = await ActAsync(world, act, token);

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var recorded = (await world.AuditAsync(action))[^1];
        Assert.Equal("GitHub Actions", recorded.Actor);
        Assert.EndsWith($"(issuer github, project 74, run 4711, policy {policy})", recorded.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/-/whoami")]
    [InlineData("GET", "/-/user/org.couchdb.user:root")]
    [InlineData("DELETE", "/-/user/token/npm_000000000000000000000000000000000000")]
    [InlineData("GET", "/-/npm/v1/tokens")]
    [InlineData("POST", "/-/npm/v1/tokens")]
    [InlineData("GET", "/-/package/@acme%2fhello/trust")]
    [InlineData("POST", "/-/package/@acme%2fhello/trust")]
    [InlineData("DELETE", "/-/package/@acme%2fhello/trust/x")]
    [InlineData("GET", "/-/assay/v1/package/@acme%2fhello/attempts")]
    public async Task No_exchanged_token_is_a_person(string method, string path)
    {
        await using var world = await TokenUse.WithActionsAsync(Everything);

        foreach (var action in Actions)
        {
            var token = await world.AskedAsync(world.Github(), action);
            using var answer = await world.App.SendAsync(new HttpMethod(method), path, token, method == "POST" ? RegistryApp.Json(new JsonArray()) : null);
            await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "publish-token-only");
        }
    }

    private static async Task ChangesNothingAfterAsync(string act, string code, Func<TrustWorld, Task> happens)
    {
        await using var world = await TokenUse.WithActionsAsync(Everything);
        await world.TagAsync(world.Administrator, "beta", "1.0.0");
        var before = await world.DocumentAsync();
        var token = await world.AskedAsync(world.Github(), ActionOf(act));
        await happens(world);

        using var answer = await ActAsync(world, act, token);

        await answer.ShouldExplainAsync(HttpStatusCode.Forbidden, code);
        Assert.Equal(before, await world.DocumentAsync());
    }

    private static string ActionOf(string act) => act switch
    {
        "set-tag" or "remove-tag" => "dist-tag",
        "unpublish-all" => "unpublish",
        _ => act,
    };

    private static async Task<HttpResponseMessage> ActAsync(TrustWorld world, string act, string token) => act switch
    {
        "publish" => await world.PublishAsync(token, "2.0.0"),
        "set-tag" => await world.TagAsync(token, "next", "1.0.0"),
        "remove-tag" => await world.UntagAsync(token, "beta"),
        "deprecate" => await world.DeprecateAsync(token, "old"),
        "unpublish" => await world.UnpublishAsync(token, "1.0.0"),
        _ => await world.App.DeleteAsync(
            $"/@acme%2fhello/-rev/{(await world.App.PackumentAsync(world.Administrator, TrustWorld.Package))["_rev"]}", token),
    };

    private static Task<bool> InheritAsync(TrustWorld world, bool inherits) => world.CommitAsync(async commit =>
    {
        var package = await commit.Db.Packages.AsTracking().SingleAsync();
        package.InheritsTrustFrom = inherits ? commit.Now : null;
        commit.Changed(TrustStore.PoliciesChanged(package.Name));
        return inherits;
    });
}
