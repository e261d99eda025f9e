using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.TrustedPublishing.Incidents;

/// <summary>Owners act on what they own, administrators on everything; what is beyond somebody's authority stays as it is.</summary>
public sealed class IncidentRightsTests
{
    private const string Alices = TrustWorld.Package;
    private const string Others = "@acme/other";

    [Fact]
    public async Task An_owner_quarantines_in_their_own_packages_and_is_told_what_is_beyond_them()
    {
        await using var world = await IncidentTests.WorldAsync();
        var alice = await OwnerAsync(world, "alice");

        var preview = await world.PreviewedAsync(Select.Run("100"), alice);
        await world.DeclaredAsync(Select.Run("100"), alice);

        Assert.Equal(["@acme/hello@1.0.0"], preview.Versions());
        Assert.Equal(1, (int?)preview["outsideYourAuthority"]!["versions"]);
        Assert.Equal([Others], preview["outsideYourAuthority"]!["packages"]!["first"]!.AsArray().Select(name => (string?)name));
        Assert.Equal(["1.1.0", "1.2.0", "9.0.0"], await world.VisibleAsync());
        Assert.Equal(["1.0.0", "1.1.0"], await world.VisibleAsync(Others));
    }

    [Fact]
    public async Task An_owner_revokes_tokens_for_their_own_packages_alone()
    {
        await using var world = await IncidentTests.WorldAsync();
        var alice = await OwnerAsync(world, "alice");
        var own = await world.ExchangedAsync(world.Github(new JsonObject { ["run_id"] = "100" }), Alices);
        var other = await world.ExchangedAsync(world.Github(new JsonObject { ["run_id"] = "100" }), Others);

        var preview = await world.PreviewedAsync(Select.Run("100"), alice);
        await world.DeclaredAsync(Select.Run("100"), alice);

        Assert.All(preview["tokens"]!["first"]!.AsArray(), token => Assert.Equal(Alices, (string?)token!["for"]));
        Assert.InRange((int)preview["outsideYourAuthority"]!["tokens"]!, 1, 2);
        await (await world.PublishAsync(own, "3.0.0", Alices)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "publish-token-expired");
        await (await world.PublishAsync(other, "3.0.0", Others)).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_owner_takes_away_what_another_person_published_to_their_package_but_not_that_persons_tokens()
    {
        await using var world = await IncidentTests.WorldAsync();
        var alice = await OwnerAsync(world, "alice");

        await world.DeclaredAsync(Select.Person("root"), alice);

        Assert.Equal(["1.0.0", "1.1.0", "1.2.0"], await world.VisibleAsync());
        await (await world.App.GetAsync("/-/whoami", world.Administrator)).ShouldBeReadAsync();
    }

    [Fact]
    public async Task Anybody_may_revoke_all_of_their_own_tokens()
    {
        await using var world = await IncidentTests.WorldAsync();
        var bob = await world.App.SignedInAsync("bob");

        await world.DeclaredAsync(Select.Person("bob"), bob);

        await (await world.App.GetAsync("/-/whoami", bob)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "credential-rejected");
    }

    [Fact]
    public async Task Who_owns_nothing_of_it_does_nothing_to_it()
    {
        await using var world = await IncidentTests.WorldAsync();
        var bob = await world.App.SignedInAsync("bob");
        var preview = await world.PreviewedAsync(Select.Issuer(), bob);

        using var answer = await world.DeclareAsync(Select.Issuer(), (string?)preview["preview"], bob);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "nothing-to-do");
        Assert.Empty(preview.Versions());
        Assert.Equal(["1.0.0", "1.1.0", "1.2.0", "9.0.0"], await world.VisibleAsync());
    }

    [Fact]
    public async Task An_owner_does_not_declare_by_an_administrators_preview()
    {
        await using var world = await IncidentTests.WorldAsync();
        var alice = await OwnerAsync(world, "alice");
        var preview = await world.PreviewedAsync(Select.Run("100"));

        using var answer = await world.DeclareAsync(Select.Run("100"), (string?)preview["preview"], alice);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "preview-stale");
    }

    [Fact]
    public async Task A_time_alone_and_freezing_are_the_administrators()
    {
        await using var world = await IncidentTests.WorldAsync();
        var alice = await OwnerAsync(world, "alice");
        var window = Select.Window(DateTimeOffset.UnixEpoch, world.App.Clock.GetUtcNow().AddDays(1));
        var preview = await world.PreviewedAsync(Select.Run("100"), alice);

        await (await world.PreviewAsync(window, alice)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await (await world.DeclareAsync(window, "x", alice)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await (await world.DeclareAsync(Select.Run("100"), (string?)preview["preview"], alice, freeze: true)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");

        Assert.Equal(["1.0.0", "1.1.0", "1.2.0", "9.0.0"], await world.VisibleAsync());
    }

    [Fact]
    public async Task Runs_strangers_and_tokens_that_only_read_declare_nothing()
    {
        await using var world = await IncidentTests.WorldAsync();
        var reading = await world.App.TokenAsync(world.Administrator, new JsonObject { ["readonly"] = true });
        var preview = (string?)(await world.PreviewedAsync(Select.Project()))["preview"];

        await (await world.DeclareAsync(Select.Project(), preview, reading)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
        await (await world.App.PostAsync("/-/assay/v1/incidents", null, new JsonObject())).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
        var run = await world.ExchangedAsync(world.Github());
        await (await world.PreviewAsync(Select.Project(), run)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "publish-token-only");
        await (await world.DeclareAsync(Select.Project(), preview, run)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "publish-token-only");

        Assert.Equal(["1.0.0", "1.1.0", "1.2.0", "9.0.0"], await world.VisibleAsync());
    }

    [Fact]
    public async Task An_owners_incident_is_undone_by_another_owner_of_all_that_it_holds()
    {
        await using var world = await IncidentTests.WorldAsync();
        var alice = await OwnerAsync(world, "alice");
        await world.OwnAsync(Others, "alice");
        var bob = await OwnerAsync(world, "bob");
        var incident = await world.DeclaredAsync(Select.Run("100"), alice);

        await (await world.UndoAsync(incident, bob)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await world.OwnAsync(Others, "bob");
        await (await world.UndoAsync(incident, bob)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(["1.0.0", "1.1.0", "1.2.0", "9.0.0"], await world.VisibleAsync());
    }

    [Fact]
    public async Task What_an_administrator_declared_no_owner_undoes()
    {
        await using var world = await IncidentTests.WorldAsync();
        var alice = await OwnerAsync(world, "alice");
        await world.OwnAsync(Others, "alice");
        var incident = await world.DeclaredAsync(Select.Run("100"));

        using var answer = await world.UndoAsync(incident, alice);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        Assert.Equal(["1.1.0", "1.2.0", "9.0.0"], await world.VisibleAsync());
    }

    [Fact]
    public async Task Incidents_are_shown_to_whom_they_concern_as_far_as_they_do()
    {
        await using var world = await IncidentTests.WorldAsync();
        var alice = await OwnerAsync(world, "alice");
        var bob = await world.App.SignedInAsync("bob");
        var incident = await world.DeclaredAsync(Select.Run("100"));

        var all = await ShownAsync(world, incident, world.Administrator);
        var ofAlice = await ShownAsync(world, incident, alice);
        var none = await world.App.GetAsync($"/-/assay/v1/incidents/{incident}", bob);

        Assert.Equal(2, (int?)all["versions"]!["count"]);
        Assert.Equal(["@acme/hello@1.0.0"], ofAlice["versions"]!["first"]!.AsArray().Select(version => (string?)version));
        Assert.Equal((ResponseExtensions.Reason, "root"), ((string?)ofAlice["reason"], (string?)ofAlice["declaredBy"]));
        await none.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "incident-not-found");
        Assert.Equal((1, 1, 0), (await CountAsync(world, world.Administrator), await CountAsync(world, alice), await CountAsync(world, bob)));
    }

    private static async Task<string> OwnerAsync(TrustWorld world, string name)
    {
        var token = await world.App.SignedInAsync(name);
        await world.OwnAsync(Alices, name);
        return token;
    }

    private static async Task<JsonObject> ShownAsync(TrustWorld world, string incident, string token) =>
        await (await world.App.GetAsync($"/-/assay/v1/incidents/{incident}", token)).ShouldBeAsync(HttpStatusCode.OK);

    private static async Task<int> CountAsync(TrustWorld world, string token) =>
        (await (await world.App.GetAsync("/-/assay/v1/incidents", token)).ShouldBeAsync(HttpStatusCode.OK))["incidents"]!.AsArray().Count;
}
