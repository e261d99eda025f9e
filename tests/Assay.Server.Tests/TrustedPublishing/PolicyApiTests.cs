using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>Policies in full, written and read over HTTP.</summary>
public sealed class PolicyApiTests(SharedTrustWorld shared) : IClassFixture<SharedTrustWorld>
{
    [Fact]
    public async Task A_policy_comes_back_in_full()
    {
        await using var world = await TrustWorld.StartAsync();
        var policy = PolicyRequest.Github("@acme/*", with =>
        {
            with["effect"] = "allow";
            with["fields"]!["ref"] = "refs/tags/v{version}";
            with["when"] = JsonNode.Parse("""{"claim":"actor_id","in":["12"]}""");
            with["gate"] = JsonNode.Parse("""{"declared":["ref"]}""");
            with["limits"] = JsonNode.Parse("""{"versions":"^1","distTags":["latest"],"versionsPerRun":1,"packagesPerRun":5}""");
            with["pins"] = JsonNode.Parse("""{"repository_id":"74"}""");
            with["note"] = "the release train";
        });

        using var answer = await world.WritePolicyAsync(policy);

        var shown = await answer.ShouldBeAsync(HttpStatusCode.Created);
        var written = shown["policy"]!;
        Assert.Equal("@acme/*", (string?)written["target"]);
        Assert.Equal("github", (string?)written["provider"]);
        Assert.Equal("""["refs/tags/v{version}"]""", written["fields"]!["ref"]!.ToJsonString());
        Assert.Equal("""{"claim":"actor_id","in":["12"]}""", written["when"]!.ToJsonString());
        Assert.Equal("""{"declared":["ref"]}""", written["gate"]!.ToJsonString());
        Assert.Equal(policy["limits"]!.ToJsonString(), written["limits"]!.ToJsonString());
        Assert.Equal("74", (string?)written["pins"]!["repository_id"]);
        Assert.Equal("the release train", (string?)written["note"]);
        Assert.StartsWith("Release gate: declared - ref 'refs/tags/v{version}'", (string?)shown["gate"], StringComparison.Ordinal);
        Assert.Equal("in-force", (string?)shown["state"]);
        Assert.Equal("root", (string?)shown["createdBy"]);
        Assert.Equal((string?)shown["createdAt"], (string?)shown["life"]!["armedAt"]);
        Assert.Contains("Release gate: declared", answer.Notice(), StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(shown["policy"], (await world.PolicyAsync((string)shown["id"]!))["policy"]));
    }

    [Fact]
    public async Task What_is_shown_can_be_sent_again()
    {
        await using var world = await TrustWorld.StartAsync();
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        var shown = (await world.PolicyAsync(id))["policy"]!.DeepClone().AsObject();
        shown["note"] = "now with a note";

        using var answer = await world.EditPolicyAsync(id, shown);

        var edited = await answer.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(id, (string?)edited["replaces"]);
        Assert.Equal("now with a note", (string?)edited["policy"]!["note"]);
        Assert.Equal("ended", (string?)(await world.PolicyAsync(id))["state"]);
    }

    [Theory]
    [InlineData("""{"colour":"red"}""", "invalid-policy", "colour")]
    [InlineData("""{"effect":"refuse"}""", "invalid-policy", "effect")]
    [InlineData("""{"target":"*"}""", "invalid-policy", "one package")]
    [InlineData("""{"fields":{"repository":"octo-org/octo-repo"}}""", "invalid-policy", "--file")]
    [InlineData("""{"fields":{"repository":"octo-org/octo-repo","workflow":"publish.yml","branch":"main"}}""", "invalid-policy", "branch")]
    [InlineData("""{"fields":{"repository":"*/*","workflow":"publish.yml"}}""", "invalid-policy", "repository")]
    [InlineData("""{"when":{"claim":"sub","like":"repo:*"}}""", "invalid-policy", "sub")]
    [InlineData("""{"gate":"any"}""", "invalid-policy", "stage")]
    [InlineData("""{"pins":{"actor_id":"1"}}""", "invalid-policy", "actor_id")]
    [InlineData("""{"actions":[]}""", "invalid-policy", "action")]
    [InlineData("""{"binding":null}""", "invalid-policy", "binding")]
    [InlineData("""{"binding":"nobody"}""", "issuer-may-not-publish", "nobody")]
    [InlineData("""{"provider":"jenkins"}""", "invalid-policy", "github")]
    [InlineData("""{"provider":"gitlab"}""", "invalid-policy", "gitlab")]
    [InlineData("""{"effect":"deny","limits":{"versions":"^1"}}""", "invalid-policy", "deny")]
    public async Task What_is_no_whole_policy_is_refused_and_the_text_says_why(string changes, string code, string says)
    {
        var policy = PolicyRequest.Github("@acme/nothing-yet", policy =>
        {
            foreach (var (name, value) in JsonNode.Parse(changes)!.AsObject())
            {
                policy[name] = value?.DeepClone();
            }
        });

        using var answer = await shared.World.WritePolicyAsync(policy);

        Assert.Contains(says, await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, code), StringComparison.Ordinal);
        Assert.False(await shared.World.App.ReadAsync(db => db.Packages.AnyAsync(row => row.Name == "@acme/nothing-yet")));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("1")]
    public async Task A_body_that_is_no_object_is_refused(string body)
    {
        using var answer = await shared.World.App.PostAsync("/-/assay/v1/policies", shared.World.Administrator, JsonNode.Parse(body));

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-policy");
    }

    [Fact]
    public async Task Without_a_target_the_policy_needs_the_address_of_a_package()
    {
        await using var world = await TrustWorld.StartAsync();

        using var nowhere = await world.WritePolicyAsync(PolicyRequest.Github());
        using var elsewhere = await world.WritePolicyForAsync("@acme/hello", PolicyRequest.Github("@acme/other"));
        using var here = await world.WritePolicyForAsync("@acme/hello", PolicyRequest.Github());

        await nowhere.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-policy");
        await elsewhere.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-policy");
        Assert.Equal("@acme/hello", (string?)(await here.ShouldBeAsync(HttpStatusCode.Created))["target"]);
    }

    [Fact]
    public async Task A_provider_with_one_binding_for_the_name_is_enough()
    {
        await using var world = await TrustWorld.StartAsync(names: ["@acme/*"]);

        using var one = await world.WritePolicyAsync(PolicyRequest.Github("@acme/*", ByProvider));
        using var none = await world.WritePolicyAsync(PolicyRequest.Github("@other/*", ByProvider));
        await (await world.AddIssuerAsync("github", new Uri("https://ghes.acme.example/_services/token"), with: body => body["id"] = "ghes")).ShouldBeAsync(HttpStatusCode.OK);
        using var several = await world.WritePolicyAsync(PolicyRequest.Github("@acme/ui-*", ByProvider));

        Assert.Equal("github", (string?)(await one.ShouldBeAsync(HttpStatusCode.Created))["policy"]!["binding"]);
        await none.ShouldExplainAsync(HttpStatusCode.BadRequest, "issuer-may-not-publish");
        var text = await several.ShouldExplainAsync(HttpStatusCode.BadRequest, "issuer-may-not-publish");
        Assert.Contains("ghes (https://ghes.acme.example/_services/token)", text, StringComparison.Ordinal);
        Assert.Contains("/-/assay/v1/policies", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deny_may_speak_of_names_that_its_issuer_may_not_publish_and_of_an_issuer_that_is_switched_off()
    {
        await using var world = await TrustWorld.StartAsync(names: ["@acme/*"]);

        using var byProvider = await world.WritePolicyAsync(PolicyRequest.Deny("*", policy => policy["provider"] = "github"));
        await world.DisableIssuerAsync("gitlab");
        using var disabled = await world.WritePolicyAsync(PolicyRequest.Deny("*", policy => policy["binding"] = "gitlab"));
        using var none = await world.WritePolicyAsync(PolicyRequest.Deny("*", policy => policy["provider"] = "gitlab"));
        using var unknown = await world.WritePolicyAsync(PolicyRequest.Deny("*", policy => policy["binding"] = "nobody"));

        Assert.Equal("github", (string?)(await byProvider.ShouldBeAsync(HttpStatusCode.Created))["policy"]!["binding"]);
        Assert.Equal("gitlab", (string?)(await disabled.ShouldBeAsync(HttpStatusCode.Created))["policy"]!["binding"]);
        await none.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-policy");
        await unknown.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "issuer-may-not-publish");
    }

    // A binding that may publish a part of the scope would otherwise seem to publish all of it.
    [Fact]
    public async Task A_binding_must_be_allowed_every_name_that_the_policy_speaks_of()
    {
        await using var world = await TrustWorld.StartAsync(names: ["@acme/ui-*"]);

        using var wide = await world.WritePolicyAsync(PolicyRequest.Github("@acme/*"));
        using var fitting = await world.WritePolicyAsync(PolicyRequest.Github("@acme/ui-*"));

        Assert.Contains("@acme/ui-*", await wide.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "issuer-may-not-publish"), StringComparison.Ordinal);
        await fitting.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("@acme/*")]
    [InlineData("@acme/ui-*")]
    [InlineData("@acme/hello")]
    public async Task The_same_policy_twice_is_a_conflict_at_every_level(string target)
    {
        await using var world = await TrustWorld.StartAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Github(target));
        await world.WrittenPolicyAsync(PolicyRequest.Deny(target));

        using var again = await world.WritePolicyAsync(PolicyRequest.Github(target));
        using var deniedAgain = await world.WritePolicyAsync(PolicyRequest.Deny(target));
        using var other = await world.WritePolicyAsync(PolicyRequest.Strict(target));

        await again.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "policy-exists");
        await deniedAgain.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "policy-exists");
        await other.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_name_has_at_most_a_hundred_policies()
    {
        await using var world = await TrustWorld.StartAsync();
        for (var number = 0; number < 100; number++)
        {
            await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*", policy => policy["fields"]!["workflow"] = $"publish-{number}.yml"));
        }

        using var answer = await world.WritePolicyAsync(PolicyRequest.Github("@acme/*"));

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "too-many-policies");
    }

    [Fact]
    public async Task Only_administrators_write_what_reaches_beyond_one_package()
    {
        await using var world = await TrustWorld.StartAsync();
        var owner = await OwnerAsync(world);

        using var scope = await world.WritePolicyAsync(PolicyRequest.Github("@acme/*"), owner);
        using var pattern = await world.WritePolicyAsync(PolicyRequest.Github("@acme/hel*"), owner);
        using var denyAll = await world.WritePolicyAsync(PolicyRequest.Deny("*"), owner);
        using var denyScope = await world.WritePolicyAsync(PolicyRequest.Deny("@acme/*"), owner);
        using var own = await world.WritePolicyAsync(PolicyRequest.Github(TrustWorld.Package), owner);
        using var ownDeny = await world.WritePolicyForAsync(TrustWorld.Package, PolicyRequest.Deny(), owner);

        await scope.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await pattern.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await denyAll.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await denyScope.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await own.ShouldBeAsync(HttpStatusCode.Created);
        await ownDeny.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Owners_neither_edit_nor_end_nor_rearm_what_administrators_wrote_for_a_scope()
    {
        await using var world = await TrustWorld.StartAsync();
        var owner = await OwnerAsync(world);
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));

        using var edited = await world.EditPolicyAsync(id, PolicyRequest.Strict(), owner);
        using var ended = await world.EndPolicyAsync(id, owner);
        using var rearmed = await world.RearmAsync(id, token: owner);

        await edited.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await ended.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await rearmed.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        Assert.Equal("in-force", (string?)(await world.PolicyAsync(id))["state"]);
    }

    [Fact]
    public async Task Strangers_learn_nothing_about_a_policy_not_even_whether_it_exists()
    {
        await using var world = await TrustWorld.StartAsync(names: ["@acme/*"]);
        var id = await world.TrustGithubAsync();
        var wide = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        var stranger = await world.App.SignedInAsync("mallory");

        foreach (var (known, unknown) in new[] { (id, "000000000000000000000000"), (wide, "000000000000000000000000") })
        {
            using var shown = await world.App.GetAsync($"/-/assay/v1/policies/{known}", stranger);
            using var none = await world.App.GetAsync($"/-/assay/v1/policies/{unknown}", stranger);
            using var ended = await world.EndPolicyAsync(known, stranger);
            using var edited = await world.EditPolicyAsync(known, PolicyRequest.Strict(), stranger);
            using var rearmed = await world.RearmAsync(known, token: stranger);

            var text = await shown.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "policy-not-found");
            Assert.Equal(text.Replace(known, unknown, StringComparison.Ordinal), await none.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "policy-not-found"));
            await ended.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "policy-not-found");
            await edited.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "policy-not-found");
            await rearmed.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "policy-not-found");
        }
        using var created = await world.WritePolicyAsync(PolicyRequest.Github(TrustWorld.Package), stranger);
        using var ofPackage = await world.App.GetAsync("/-/assay/v1/package/@acme%2fhello/policies", stranger);
        await created.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await ofPackage.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        Assert.Empty(await world.ListedAsync(token: stranger));
    }

    // The issuers' names can be private.
    [Fact]
    public async Task Who_may_not_write_a_policy_learns_nothing_about_the_issuers()
    {
        await using var world = await TrustWorld.StartAsync(names: ["@secret-project/*"]);
        var stranger = await world.App.SignedInAsync("mallory");

        using var answer = await world.WritePolicyAsync(PolicyRequest.Github("@acme/hello"), stranger);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "name-not-owned");
    }

    [Fact]
    public async Task Nobody_signed_in_gets_nothing()
    {
        var world = shared.World;
        HttpResponseMessage[] answers =
        [
            await world.App.GetAsync("/-/assay/v1/policies"),
            await world.App.GetAsync("/-/assay/v1/policies/hygiene"),
            await world.App.GetAsync("/-/assay/v1/policies/some"),
            await world.App.GetAsync("/-/assay/v1/package/@acme%2fhello/policies"),
            await world.App.PostAsync("/-/assay/v1/policies", null, PolicyRequest.Github("@acme/*")),
            await world.App.PostAsync("/-/assay/v1/package/@acme%2fhello/policies", null, PolicyRequest.Github()),
            await world.App.PutAsync("/-/assay/v1/policies/some", null, PolicyRequest.Github()),
            await world.App.DeleteAsync("/-/assay/v1/policies/some", null),
            await world.App.PostAsync("/-/assay/v1/policies/some/rearm", null, null),
            await world.App.PutAsync("/-/assay/v1/package/@acme%2fhello/inheritance", null, new JsonObject { ["inherits"] = true }),
        ];

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
    }

    [Fact]
    public async Task A_read_only_token_looks_and_changes_nothing()
    {
        await using var world = await TrustWorld.StartAsync();
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package));
        var minted = await world.App.PostAsync("/-/npm/v1/tokens", world.Administrator, new JsonObject { ["password"] = RegistryApp.Password, ["readonly"] = true });
        var readOnly = (string)(await minted.JsonAsync())["token"]!;

        HttpResponseMessage[] answers =
        [
            await world.WritePolicyAsync(PolicyRequest.Github("@acme/*"), readOnly),
            await world.WritePolicyAsync(PolicyRequest.Strict(TrustWorld.Package), readOnly),
            await world.EditPolicyAsync(id, PolicyRequest.Strict(), readOnly),
            await world.EndPolicyAsync(id, readOnly),
            await world.RearmAsync(id, token: readOnly),
            await world.InheritAsync(true, token: readOnly),
        ];

        foreach (var answer in answers)
        {
            await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
        }
        Assert.Equal("in-force", (string?)(await world.PolicyAsync(id, readOnly))["state"]);
    }

    [Fact]
    public async Task An_edit_keeps_the_ids_and_the_issuer_unless_it_names_others()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var id = (string)(await world.ListedAsync())[0]!["id"]!;

        using var narrowed = await world.EditPolicyAsync(id, PolicyRequest.Github(with: policy =>
        {
            policy.Remove("binding");
            policy["fields"]!["runner"] = "github-hosted";
        }));

        var edited = await narrowed.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal("74", (string?)edited["policy"]!["pins"]!["repository_id"]);
        Assert.Equal("github", (string?)edited["policy"]!["binding"]);
        Assert.NotNull(edited["life"]!["lastUsedAt"]);

        using var forgetting = await world.EditPolicyAsync((string)edited["id"]!, PolicyRequest.Github(with: policy => policy["pins"] = new JsonObject()));
        Assert.Null((await forgetting.ShouldBeAsync(HttpStatusCode.OK))["policy"]!["pins"]);
    }

    [Fact]
    public async Task An_edit_changes_neither_the_package_nor_what_the_policy_is_for()
    {
        await using var world = await TrustWorld.StartAsync();
        var own = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/hello"));
        var wide = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));

        using var moved = await world.EditPolicyAsync(own, PolicyRequest.Github("@acme/other"));
        using var widened = await world.EditPolicyAsync(own, PolicyRequest.Github("@acme/*"));
        using var turned = await world.EditPolicyAsync(own, PolicyRequest.Deny());
        using var same = await world.EditPolicyAsync(own, PolicyRequest.Github());
        using var narrowed = await world.EditPolicyAsync(wide, PolicyRequest.Github("@acme/ui-*"));

        await moved.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-policy");
        await widened.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-policy");
        await turned.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-policy");
        await same.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "policy-exists");
        Assert.Equal("@acme/ui-*", (string?)(await narrowed.ShouldBeAsync(HttpStatusCode.OK))["target"]);
        Assert.False(await world.GrantsAsync("@acme/lib-one"));
        Assert.True(await world.GrantsAsync("@acme/ui-one"));
    }

    [Fact]
    public async Task What_has_ended_can_be_read_but_not_changed()
    {
        await using var world = await TrustWorld.StartAsync();
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        using var ended = await world.EndPolicyAsync(id);

        using var again = await world.EndPolicyAsync(id);
        using var edited = await world.EditPolicyAsync(id, PolicyRequest.Strict());
        using var rearmed = await world.RearmAsync(id);

        Assert.Equal("ended", (string?)(await ended.ShouldBeAsync(HttpStatusCode.OK))["state"]);
        await again.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "policy-ended");
        await edited.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "policy-ended");
        await rearmed.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "policy-ended");
        Assert.Empty(await world.ListedAsync());
        Assert.NotNull((await world.PolicyAsync(id))["life"]!["endsAt"]);
    }

    [Fact]
    public async Task Rearming_gives_an_inert_policy_a_new_week()
    {
        await using var world = await TrustWorld.StartAsync();
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package));
        world.App.Clock.Advance(TimeSpan.FromDays(8));
        Assert.Equal("inert", (string?)(await world.PolicyAsync(id))["state"]);
        Assert.False(await world.GrantsAsync());

        using var answer = await world.RearmAsync(id);

        Assert.Equal("in-force", (string?)(await answer.ShouldBeAsync(HttpStatusCode.OK))["state"]);
        Assert.True(await world.GrantsAsync());
    }

    [Fact]
    public async Task Rearming_with_ids_forgotten_lets_a_project_move()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var moved = new JsonObject { ["repository_id"] = "75" };
        var id = (string)(await world.ListedAsync())[0]!["id"]!;
        using var kept = await world.RearmAsync(id);
        var again = (string)(await kept.ShouldBeAsync(HttpStatusCode.OK))["id"]!;
        Assert.False(await world.GrantsAsync(run: moved));

        using var forgotten = await world.RearmAsync(again, new JsonObject { ["forgetIds"] = true });

        Assert.Null((await forgotten.ShouldBeAsync(HttpStatusCode.OK))["policy"]!["pins"]);
        Assert.True(await world.GrantsAsync(run: moved));
        Assert.False(await world.GrantsAsync());
    }

    [Theory]
    [InlineData("""{"forgetids":true}""")]
    [InlineData("""{"forgetIds":"yes"}""")]
    [InlineData("[]")]
    public async Task A_misspelled_wish_to_forget_is_not_taken_for_none(string body)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var id = (string)(await world.ListedAsync())[0]!["id"]!;

        using var answer = await world.App.PostAsync($"/-/assay/v1/policies/{id}/rearm", world.Administrator, JsonNode.Parse(body));

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "bad-request");
    }

    [Fact]
    public async Task What_was_never_learned_or_was_given_is_not_forgotten()
    {
        await using var world = await TrustWorld.StartAsync();
        var unpinned = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package));
        await (await world.TrustAsync(TrustWorld.Package, TrustRequest.Circleci(TrustRequest.Context))).ShouldBeCreatedAsync();
        var given = (string)(await world.ListedAsync("/-/assay/v1/policies?binding=circleci")).Single()!["id"]!;
        var deny = await world.WrittenPolicyAsync(PolicyRequest.Deny(TrustWorld.Package));

        foreach (var id in new[] { unpinned, given, deny })
        {
            using var answer = await world.RearmAsync(id, new JsonObject { ["forgetIds"] = true });
            await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-policy");
        }
    }

    [Fact]
    public async Task The_list_is_everything_for_administrators_and_their_own_packages_for_others()
    {
        await using var world = await TrustWorld.StartAsync();
        var owner = await OwnerAsync(world);
        var own = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package));
        var other = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/other"));
        var scope = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        await (await world.TrustAsync("@acme/other", TrustRequest.Gitlab())).ShouldBeCreatedAsync();

        Assert.Equal(4, (await world.ListedAsync()).Count);
        Assert.Equal([own], Ids(await world.ListedAsync(token: owner)));
        Assert.Equal([scope], Ids(await world.ListedAsync("/-/assay/v1/policies?target=@acme%2f*")));
        Assert.DoesNotContain(other, Ids(await world.ListedAsync("/-/assay/v1/policies?target=@acme/other&binding=gitlab")));
        Assert.Empty(await world.ListedAsync("/-/assay/v1/policies?target=@acme/other", owner));
        Assert.Equal(scope, (string?)(await world.PolicyAsync(scope, owner))["id"]);
    }

    private static IEnumerable<string> Ids(JsonArray policies) => policies.Select(policy => (string)policy!["id"]!);

    /// <summary>An owner of the usual package who is no administrator.</summary>
    private static async Task<string> OwnerAsync(TrustWorld world)
    {
        var owner = await world.App.SignedInAsync("owner");
        await (await world.PublishAsync(owner, "0.1.0")).ShouldBeAsync(HttpStatusCode.Created);
        return owner;
    }

    private static void ByProvider(JsonObject policy)
    {
        policy.Remove("binding");
        policy["provider"] = "github";
    }
}
