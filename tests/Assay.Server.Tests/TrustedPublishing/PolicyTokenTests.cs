using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Trust.Policies;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>The exchanged tokens that a change of trust kills in its own commit, and those that it leaves alone.</summary>
public sealed class PolicyTokenTests
{
    [Fact]
    public async Task Ending_a_policy_kills_its_tokens_and_no_others()
    {
        await using var world = await TrustWorld.StartAsync();
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/other"));
        var dead = await world.ExchangedAsync(world.Github(), "@acme/one");
        var alive = await world.ExchangedAsync(world.Github(), "@acme/other");

        using var answer = await world.EndPolicyAsync(id);

        Assert.Contains("1 exchanged token was revoked", answer.Notice(), StringComparison.Ordinal);
        await (await world.PublishAsync(dead, "1.0.0", "@acme/one")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "policy-changed");
        await (await world.PublishAsync(alive, "1.0.0", "@acme/other")).ShouldBeAsync(HttpStatusCode.Created);
    }

    // Rules that commit between an exchange's decision and its token find no token to revoke.
    [Fact]
    public async Task A_deny_that_came_before_the_token_was_there_stops_its_publish()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        var token = await world.ExchangedAsync(world.Github(), "@acme/one");
        world.App.Clock.Advance(TimeSpan.FromMilliseconds(1));

        await TestPolicy.Deny(TrustActions.Publish, "@acme/*").AddToAsync(world);

        await (await world.PublishAsync(token, "1.0.0", "@acme/one")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "policy-changed");
    }

    [Fact]
    public async Task An_own_policy_that_came_before_the_token_was_there_shuts_out_the_scopes()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        var token = await world.ExchangedAsync(world.Github(), "@acme/one");

        await new TestPolicy(TrustActions.Publish) { Target = "@acme/one", Repository = "octo-org/elsewhere" }.AddToAsync(world);

        await (await world.PublishAsync(token, "1.0.0", "@acme/one")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "policy-changed");
    }

    [Theory]
    [InlineData("""{"runner":"github-hosted"}""")]
    [InlineData("""{"events":["push","schedule"]}""")]
    public async Task Editing_a_policy_kills_its_tokens_whether_it_narrows_or_widens(string fields)
    {
        await using var world = await TrustWorld.StartAsync();
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        var token = await world.ExchangedAsync(world.Github(), "@acme/one");

        using var edited = await world.EditPolicyAsync(id, PolicyRequest.Github(with: policy =>
        {
            foreach (var (field, value) in JsonNode.Parse(fields)!.AsObject())
            {
                policy["fields"]![field] = value!.DeepClone();
            }
        }));

        await edited.ShouldBeAsync(HttpStatusCode.OK);
        await (await world.PublishAsync(token, "1.0.0", "@acme/one")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "policy-changed");
    }

    [Fact]
    public async Task Rearming_a_policy_kills_its_tokens()
    {
        await using var world = await TrustWorld.StartAsync();
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        var token = await world.ExchangedAsync(world.Github(), "@acme/one");

        await world.RearmAsync(id);

        await (await world.PublishAsync(token, "1.0.0", "@acme/one")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "policy-changed");
    }

    // The old policy holds while the wider one waits, but tokens never outlive an edit.
    [Fact]
    public async Task Editing_kills_tokens_also_while_the_edit_waits()
    {
        await using var world = await TrustWorld.StartAsync(["--Assay:TrustedPublishing:CoolingOffHours=24"]);
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        world.App.Clock.Advance(TimeSpan.FromHours(24));
        var token = await world.ExchangedAsync(world.Github(), "@acme/one");

        await world.EditPolicyAsync(id, PolicyRequest.Github(with: policy => policy["fields"]!["workflow"] = "other.yml"));

        Assert.Equal(HttpStatusCode.Unauthorized, (await world.PublishAsync(token, "1.0.0", "@acme/one")).StatusCode);
        Assert.True(await world.GrantsAsync("@acme/one"));
    }

    [Theory]
    [InlineData("*", null, true)]
    [InlineData("@acme/*", null, true)]
    [InlineData("@acme/one", null, true)]
    [InlineData("@acme/*", "github", true)]
    [InlineData("@acme/*", "gitlab", false)]
    [InlineData("@acme/two", null, false)]
    [InlineData("@other/*", null, false)]
    public async Task A_deny_kills_the_tokens_that_it_speaks_of(string target, string? binding, bool isDead)
    {
        await using var world = await TrustWorld.StartAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        var token = await world.ExchangedAsync(world.Github(), "@acme/one");

        await world.WrittenPolicyAsync(PolicyRequest.Deny(target, policy => policy["binding"] = binding));

        using var answer = await world.PublishAsync(token, "1.0.0", "@acme/one");
        Assert.Equal(isDead ? HttpStatusCode.Unauthorized : HttpStatusCode.Created, answer.StatusCode);
    }

    [Fact]
    public async Task A_deny_of_other_actions_leaves_publish_tokens_alone()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        var token = await world.ExchangedAsync(world.Github(), "@acme/one");

        await world.WrittenPolicyAsync(PolicyRequest.Deny("@acme/*", policy => policy["actions"] = new JsonArray("unpublish")));

        await (await world.PublishAsync(token, "1.0.0", "@acme/one")).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_first_policy_of_the_package_kills_the_tokens_of_the_policies_that_it_shuts_out()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        var shutOut = await world.ExchangedAsync(world.Github(), "@acme/one");
        var other = await world.ExchangedAsync(world.Github(), "@acme/one-more");

        using var answer = await world.WritePolicyAsync(PolicyRequest.Strict("@acme/one"));

        Assert.Contains("1 exchanged token was revoked", answer.Notice(), StringComparison.Ordinal);
        await (await world.PublishAsync(shutOut, "1.0.0", "@acme/one")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "publish-token-expired");
        await (await world.PublishAsync(other, "1.0.0", "@acme/one-more")).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Where_the_package_inherits_its_own_policies_shut_out_nothing()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        await world.PublishFromGithubAsync("1.0.0");
        await world.InheritAsync(true);
        var token = await world.ExchangedAsync(world.Github());

        await world.WrittenPolicyAsync(PolicyRequest.Strict(TrustWorld.Package));

        await (await world.PublishAsync(token, "1.0.1")).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Turning_inheritance_off_kills_the_tokens_of_wider_policies()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        await world.WrittenPolicyAsync(PolicyRequest.Strict(TrustWorld.Package));
        await world.InheritAsync(true);
        var wide = await world.ExchangedAsync(world.Github());
        var own = await world.ExchangedAsync(world.Github(new JsonObject { ["environment"] = "release" }));

        await world.InheritAsync(false);

        await (await world.PublishAsync(wide, "1.0.0")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "publish-token-expired");
        await (await world.PublishAsync(own, "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);
    }

    // npm repeats a PUT whose answer was lost: what was published was published.
    [Fact]
    public async Task A_publish_that_was_done_is_still_repeated_after_its_policy_ended()
    {
        await using var world = await TrustWorld.StartAsync();
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package));
        var token = await world.ExchangedAsync(world.Github());
        await (await world.PublishAsync(token, "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);

        await world.EndPolicyAsync(id);

        await (await world.PublishAsync(token, "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);
        await (await world.PublishAsync(token, "1.0.1")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "publish-token-used");
    }
}
