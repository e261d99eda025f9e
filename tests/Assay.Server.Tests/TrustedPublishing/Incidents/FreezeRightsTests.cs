using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data.Rows;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing.Incidents;

/// <summary>Who freezes what, who lifts it, and who sees it.</summary>
public sealed class FreezeRightsTests
{
    private const string Alices = "@acme/alices";

    [Fact]
    public async Task Owners_freeze_their_package_and_lift_what_owners_froze()
    {
        await using var world = await TrustWorld.StartAsync();
        var alice = await OwnerAsync(world);

        var freeze = await world.FrozenAsync(Select.Package(Alices), alice);

        await (await world.PublishAsync(alice, "1.1.0", Alices)).ShouldExplainAsync(HttpStatusCode.Forbidden, "publishing-frozen");
        await (await world.LiftAsync(freeze, alice)).ShouldBeAsync(HttpStatusCode.OK);
        await (await world.PublishAsync(alice, "1.1.0", Alices)).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Others_freeze_nothing()
    {
        await using var world = await TrustWorld.StartAsync();
        await OwnerAsync(world);
        var bob = await world.App.SignedInAsync("bob");

        await (await world.FreezeAsync(Select.Package(Alices), bob)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await (await world.FreezeAsync(Select.Package("@acme/unknown"), bob)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        await (await world.App.PostAsync("/-/assay/v1/freezes", null, Select.Package(Alices))).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
        Assert.Empty(await FreezesAsync(world));
    }

    public static TheoryData<string> BeyondOnePackage =>
    [
        """{"scope":"@acme"}""",
        """{"issuer":{"binding":"github"}}""",
        """{"project":{"binding":"github","project":"74"}}""",
        """{"workflow":{"binding":"github","project":"74","workflow":"publish.yml"}}""",
    ];

    [Theory]
    [MemberData(nameof(BeyondOnePackage))]
    public async Task What_reaches_beyond_one_package_is_the_administrators(string what)
    {
        await using var world = await TrustWorld.StartAsync();
        var alice = await OwnerAsync(world);

        using var answer = await world.FreezeAsync(JsonNode.Parse(what)!.AsObject(), alice);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        Assert.Empty(await FreezesAsync(world));
    }

    [Fact]
    public async Task Owners_do_not_lift_what_an_administrator_or_the_operator_froze()
    {
        await using var world = await TrustWorld.StartAsync();
        var alice = await OwnerAsync(world);
        var ofRoot = await world.FrozenAsync(Select.Package(Alices));
        var ofOperator = await world.FreezeUnnoticedAsync(new FreezeRow { Kind = FreezeRow.OfPackage, Subject = Alices, Reason = "why" });

        await (await world.LiftAsync(ofRoot, alice)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await (await world.LiftAsync(ofOperator.Id, alice)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");

        await (await world.PublishAsync(alice, "1.1.0", Alices)).ShouldExplainAsync(HttpStatusCode.Forbidden, "publishing-frozen");
    }

    [Fact]
    public async Task What_an_administrator_froze_as_well_stays_frozen_when_the_owner_lifts_their_own()
    {
        await using var world = await TrustWorld.StartAsync();
        var alice = await OwnerAsync(world);
        var own = await world.FrozenAsync(Select.Package(Alices), alice);
        await world.FrozenAsync(Select.Package(Alices));

        await (await world.LiftAsync(own, alice)).ShouldBeAsync(HttpStatusCode.OK);

        await (await world.PublishAsync(alice, "1.1.0", Alices)).ShouldExplainAsync(HttpStatusCode.Forbidden, "publishing-frozen");
    }

    [Fact]
    public async Task Strangers_to_a_package_neither_lift_nor_see_its_freezes()
    {
        await using var world = await TrustWorld.StartAsync();
        var alice = await OwnerAsync(world);
        var bob = await world.App.SignedInAsync("bob");
        var freeze = await world.FrozenAsync(Select.Package(Alices), alice);
        var project = await world.FrozenAsync(Select.Project());
        await world.FrozenAsync(Select.Scope());
        await world.FrozenAsync(Select.Scope("@else"));

        await (await world.LiftAsync(freeze, bob)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "freeze-not-found");
        await (await world.LiftAsync(project, alice)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "freeze-not-found");

        Assert.Empty(await SeenAsync(world, bob));
        Assert.Equal(["""{"scope":"@acme"}""", """{"package":"@acme/alices"}"""], await SeenAsync(world, alice));
        Assert.Equal(4, (await SeenAsync(world, world.Administrator)).Count);
    }

    [Fact]
    public async Task A_token_that_only_reads_freezes_and_lifts_nothing()
    {
        await using var world = await TrustWorld.StartAsync();
        var alice = await world.App.SignedInAsync("alice");
        await world.App.PublishedAsync(alice, new TestPackage(TrustWorld.Package, "1.0.0"));
        var freeze = await world.FrozenAsync(Select.Package(), alice);
        var reading = await world.App.TokenAsync(alice, new JsonObject { ["readonly"] = true });

        await (await world.FreezeAsync(Select.Package(), reading)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
        await (await world.LiftAsync(freeze, reading)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "freeze-not-found");
    }

    [Fact]
    public async Task A_run_freezes_and_lists_nothing()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());

        await (await world.FreezeAsync(Select.Package(), token)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "publish-token-only");
        await (await world.App.GetAsync("/-/assay/v1/freezes", token)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "publish-token-only");
    }

    [Fact]
    public async Task Frozen_twice_by_one_person_it_is_still_one_freeze_that_lifts_once()
    {
        await using var world = await TrustWorld.StartAsync();
        var freeze = await world.FrozenAsync(Select.Project());

        await (await world.FreezeAsync(Select.Project())).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "frozen-already");
        await (await world.LiftAsync(freeze)).ShouldBeAsync(HttpStatusCode.OK);

        await (await world.LiftAsync(freeze)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "freeze-not-found");
        Assert.Empty(await SeenAsync(world, world.Administrator));
        Assert.Single(await SeenAsync(world, world.Administrator, "?all=true"));
    }

    private static async Task<string> OwnerAsync(TrustWorld world)
    {
        var alice = await world.App.SignedInAsync("alice");
        await world.App.PublishedAsync(alice, new TestPackage(Alices, "1.0.0"));
        return alice;
    }

    private static Task<List<FreezeRow>> FreezesAsync(TrustWorld world) => world.App.ReadAsync(db => db.Freezes.ToListAsync());

    private static async Task<List<string>> SeenAsync(TrustWorld world, string token, string query = "")
    {
        var answer = await (await world.App.GetAsync("/-/assay/v1/freezes" + query, token)).ShouldBeAsync(HttpStatusCode.OK);
        return [.. answer["freezes"]!.AsArray().Select(freeze => freeze!["frozen"]!.ToJsonString())];
    }
}
