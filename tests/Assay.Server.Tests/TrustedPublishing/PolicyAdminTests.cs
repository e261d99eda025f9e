using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary><c>admin policy …</c> and <c>admin package inherit</c> over the operator's socket.</summary>
public sealed class PolicyAdminTests
{
    [Fact]
    public async Task The_operator_writes_a_policy_for_the_one_administrator_who_then_answers_for_it()
    {
        await using var world = await TrustWorld.StartAsync();

        var lines = await world.LinesAsync("/policy/create", new JsonObject { ["policy"] = PolicyRequest.Github("@acme/*") });

        Assert.Contains("Release gate: proved", lines[1], StringComparison.Ordinal);
        await world.PublishFromGithubAsync("1.0.0", package: "@acme/one");
        var policy = (await world.ListedAsync()).Single()!;
        Assert.Equal("root", (string?)policy["createdBy"]);
        Assert.Equal(1, await world.App.ReadAsync(db => db.PackageOwners.CountAsync()));
        Assert.Equal("operator", await world.App.ReadAsync(db => db.AuditEvents.Where(row => row.Action == "policy.created").Select(row => row.Actor).SingleAsync()));
    }

    [Fact]
    public async Task Among_several_administrators_the_operator_says_which()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.App.SignedInAsync("second", isAdministrator: true);
        await world.App.SignedInAsync("member");
        var body = new JsonObject { ["policy"] = PolicyRequest.Github("@acme/*") };

        using var unsaid = await world.AdminAsync("/policy/create", body.DeepClone().AsObject());
        using var member = await world.AdminAsync("/policy/create", With(body, "member"));
        using var said = await world.AdminAsync("/policy/create", With(body, "second"));

        Assert.Contains("--by: root, second", await unsaid.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "bad-request"), StringComparison.Ordinal);
        await member.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "bad-request");
        await said.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal("second", (string?)(await world.ListedAsync()).Single()!["createdBy"]);
    }

    [Fact]
    public async Task Policies_are_listed_shown_rearmed_and_ended()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var id = (string)(await world.ListedAsync()).Single()!["id"]!;
        await world.WrittenPolicyAsync(PolicyRequest.Deny("@other/*"));

        Assert.Equal(2, (await world.LinesAsync("/policy/list")).Count);
        var listed = Assert.Single(await world.LinesAsync("/policy/list", new JsonObject { ["target"] = TrustWorld.Package }));
        Assert.StartsWith($"{id}  allow publish on @acme/hello  github  in-force  last used ", listed, StringComparison.Ordinal);
        Assert.Contains(await world.LinesAsync("/policy/show", Id(id)), line => line.Contains("\"repository_id\": \"74\"", StringComparison.Ordinal));

        await world.LinesAsync("/policy/rearm", new JsonObject { ["id"] = id, ["forgetIds"] = true });
        var rearmed = (await world.ListedAsync($"/-/assay/v1/policies?target={TrustWorld.Package}")).Single()!;
        Assert.Equal(id, (string?)rearmed["replaces"]);
        Assert.Equal("root", (string?)rearmed["createdBy"]);
        Assert.Null(rearmed["policy"]!["pins"]);

        await world.LinesAsync("/policy/end", Id((string)rearmed["id"]!));
        Assert.False(await world.GrantsAsync());
        Assert.Single(await world.LinesAsync("/policy/list"));
    }

    [Fact]
    public async Task The_operator_sees_what_to_look_at()
    {
        await using var world = await TrustWorld.StartAsync();
        Assert.Equal(["There is nothing to look at."], await world.LinesAsync("/policy/hygiene"));
        await world.WrittenPolicyAsync(PolicyRequest.Strict(TrustWorld.Package));

        var lines = await world.LinesAsync("/policy/hygiene");

        Assert.Contains(lines, line => line.Contains("gate-declared:", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("never-used:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_operator_lets_a_package_inherit()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        await world.WrittenPolicyAsync(PolicyRequest.Strict(TrustWorld.Package));

        await world.LinesAsync("/package/inherit", new JsonObject { ["package"] = TrustWorld.Package, ["inherits"] = true });
        Assert.True(await world.GrantsAsync());

        await world.LinesAsync("/package/inherit", new JsonObject { ["package"] = TrustWorld.Package, ["inherits"] = false });
        Assert.False(await world.GrantsAsync());
    }

    [Theory]
    [InlineData("/policy/create", """{"policy":{"target":"@acme/*","colour":"red"}}""", HttpStatusCode.BadRequest)]
    [InlineData("/policy/create", """{"policy":{"actions":["publish"]}}""", HttpStatusCode.BadRequest)]
    [InlineData("/policy/create", "{}", HttpStatusCode.BadRequest)]
    [InlineData("/policy/show", """{"id":"none"}""", HttpStatusCode.NotFound)]
    [InlineData("/policy/end", """{"id":"none"}""", HttpStatusCode.NotFound)]
    [InlineData("/policy/rearm", "{}", HttpStatusCode.NotFound)]
    [InlineData("/package/inherit", """{"package":"@acme/hello"}""", HttpStatusCode.BadRequest)]
    public async Task What_makes_no_sense_is_refused(string path, string body, HttpStatusCode status)
    {
        await using var world = await TrustWorld.StartAsync();

        using var answer = await world.AdminAsync(path, JsonNode.Parse(body)!.AsObject());

        Assert.Equal(status, answer.StatusCode);
    }

    [Theory]
    [InlineData("/policy/list")]
    [InlineData("/policy/create")]
    [InlineData("/package/inherit")]
    public async Task Over_the_network_these_routes_do_not_exist(string path)
    {
        await using var world = await TrustWorld.StartAsync();

        using var answer = await world.App.PostAsync("/-/assay/admin" + path, world.Administrator, new JsonObject());

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static JsonObject Id(string id) => new() { ["id"] = id };

    private static JsonObject With(JsonObject body, string by)
    {
        var with = body.DeepClone().AsObject();
        with["by"] = by;
        return with;
    }
}
