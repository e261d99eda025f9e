using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing.Incidents;

/// <summary>A second person gives the versions back, exactly as they were.</summary>
public sealed class UndoTests
{
    private static readonly string[] Paths =
        ["/@acme%2fhello", "/@acme%2fhello/1.0.0", "/@acme%2fhello/latest", "/-/package/@acme%2fhello/dist-tags", "/@acme/hello/-/hello-1.1.0.tgz"];

    [Fact]
    public async Task Every_document_comes_back_byte_for_byte()
    {
        await using var world = await IncidentTests.WorldAsync();
        var second = await world.App.SignedInAsync("second", isAdministrator: true);
        var before = await ReadAllAsync(world);
        world.App.Clock.Advance(TimeSpan.FromHours(1));
        var incident = await world.DeclaredAsync(Select.Issuer());
        Assert.NotEqual(before, await ReadAllAsync(world));
        world.App.Clock.Advance(TimeSpan.FromHours(1));

        await (await world.UndoAsync(incident, second)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(before, await ReadAllAsync(world));
    }

    [Fact]
    public async Task Tokens_stay_dead_and_freezes_hold()
    {
        await using var world = await IncidentTests.WorldAsync();
        var second = await world.App.SignedInAsync("second", isAdministrator: true);
        var token = await world.ExchangedAsync(world.Github(new JsonObject { ["run_id"] = "100" }));
        var incident = await world.DeclaredAsync(Select.Run("100"), freeze: true);

        await (await world.UndoAsync(incident, second)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.Unauthorized, (await world.PublishAsync(token, "3.0.0")).StatusCode);
        await (await world.ExchangeAsync(world.Github())).ShouldExplainAsync(HttpStatusCode.Unauthorized, "publishing-frozen");
    }

    [Fact]
    public async Task Whoever_declared_it_does_not_undo_it()
    {
        await using var world = await IncidentTests.WorldAsync();
        var incident = await world.DeclaredAsync(Select.Project());

        using var answer = await world.UndoAsync(incident);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "second-person-needed");
        Assert.Equal(["1.2.0", "9.0.0"], await world.VisibleAsync());
    }

    [Fact]
    public async Task With_another_sign_in_they_are_still_the_same_person()
    {
        await using var world = await IncidentTests.WorldAsync();
        var incident = await world.DeclaredAsync(Select.Project());
        var login = await world.App.PutAsync("/-/user/org.couchdb.user:root", token: null, new JsonObject { ["name"] = "root", ["password"] = RegistryApp.Password });
        var another = (string)(await login.ShouldBeAsync(HttpStatusCode.Created))["token"]!;

        using var answer = await world.UndoAsync(incident, another);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "second-person-needed");
    }

    [Fact]
    public async Task A_token_that_only_reads_undoes_nothing()
    {
        await using var world = await IncidentTests.WorldAsync();
        var second = await world.App.SignedInAsync("second", isAdministrator: true);
        var reading = await world.App.TokenAsync(second, new JsonObject { ["readonly"] = true });
        var incident = await world.DeclaredAsync(Select.Project());

        await (await world.UndoAsync(incident, reading)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
    }

    [Fact]
    public async Task An_incident_is_undone_once()
    {
        await using var world = await IncidentTests.WorldAsync();
        var second = await world.App.SignedInAsync("second", isAdministrator: true);
        var incident = await world.DeclaredAsync(Select.Project());
        await (await world.UndoAsync(incident, second)).ShouldBeAsync(HttpStatusCode.OK);

        await (await world.UndoAsync(incident, second)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "undone-already");
        await (await world.UndoAsync("0123456789abcdef", second)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "incident-not-found");
    }

    [Fact]
    public async Task What_another_incident_selects_as_well_stays_hidden_until_that_one_is_undone_too()
    {
        await using var world = await IncidentTests.WorldAsync();
        var second = await world.App.SignedInAsync("second", isAdministrator: true);
        var ofRun = await world.DeclaredAsync(Select.Run("100"));
        var ofProject = await world.DeclaredAsync(Select.Project());

        await (await world.UndoAsync(ofRun, second)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(["1.2.0", "9.0.0"], await world.VisibleAsync());
        await (await world.UndoAsync(ofProject, second)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(["1.0.0", "1.1.0", "1.2.0", "9.0.0"], await world.VisibleAsync());
    }

    [Fact]
    public async Task What_its_owner_unpublished_meanwhile_does_not_hide_what_comes_back()
    {
        await using var world = await IncidentTests.WorldAsync();
        var second = await world.App.SignedInAsync("second", isAdministrator: true);
        var incident = await world.DeclaredAsync(Select.Project());
        var seen = await world.App.PackumentAsync(world.Administrator, TrustWorld.Package);
        await (await world.App.DeleteAsync($"/@acme%2fhello/-rev/{seen["_rev"]}", world.Administrator)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.NotFound, (await world.App.GetAsync("/@acme%2fhello", world.Administrator)).StatusCode);

        await (await world.UndoAsync(incident, second)).ShouldBeAsync(HttpStatusCode.OK);

        var document = await world.App.PackumentAsync(world.Administrator, TrustWorld.Package);
        Assert.Equal(["1.0.0", "1.1.0"], document["versions"].Keys());
        Assert.Equal("""{"latest":"1.1.0"}""", document["dist-tags"]!.ToJsonString());
    }

    [Fact]
    public async Task The_incident_still_shows_what_it_held_and_who_undid_it()
    {
        await using var world = await IncidentTests.WorldAsync();
        var second = await world.App.SignedInAsync("second", isAdministrator: true);
        var incident = await world.DeclaredAsync(Select.Project());
        var held = (await ShownAsync(world, incident))["versions"]!.ToJsonString();
        world.App.Clock.Advance(TimeSpan.FromMinutes(1));

        var undone = await (await world.UndoAsync(incident, second)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal("second", (string?)undone["undoneBy"]);
        Assert.Equal(4, (int?)undone["versions"]!["count"]);
        Assert.Equal(4, JsonNode.Parse(held)!["first"]!.AsArray().Select(version => (string?)version).Intersect(
            undone["versions"]!["first"]!.AsArray().Select(version => (string?)version)).Count());
        var actions = await world.App.ReadAsync(db => db.AuditEvents
            .Where(row => row.Actor == "second" && (row.Subject == incident || row.Detail == incident)).GroupBy(row => row.Action)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count));
        Assert.Equal(new Dictionary<string, int> { ["version.released"] = 4, ["incident.undone"] = 1 }, actions);
    }

    private static async Task<JsonObject> ShownAsync(TrustWorld world, string incident) =>
        await (await world.App.GetAsync($"/-/assay/v1/incidents/{incident}", world.Administrator)).ShouldBeAsync(HttpStatusCode.OK);

    private static async Task<string> ReadAllAsync(TrustWorld world)
    {
        var parts = new List<string>();
        foreach (var (path, accept) in Paths.Select(path => (path, "application/json")).Append((Paths[0], "application/vnd.npm.install-v1+json")))
        {
            using var answer = await world.App.GetAsync(path, world.Administrator, headers => headers.TryAddWithoutValidation("Accept", accept));
            parts.Add($"{(int)answer.StatusCode} {answer.Headers.ETag} {Convert.ToHexString(await answer.Content.ReadAsByteArrayAsync())}");
        }
        return string.Join('\n', parts);
    }
}
