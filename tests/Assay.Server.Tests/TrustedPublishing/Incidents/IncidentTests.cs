using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing.Incidents;

/// <summary>One act revokes and quarantines what a run, a project, an issuer, a person or a time brought: that, and nothing beside it.</summary>
public sealed class IncidentTests
{
    private const string Other = "@acme/other";

    [Fact]
    public async Task A_run_loses_what_it_published_in_every_package()
    {
        await using var world = await WorldAsync();

        await world.DeclaredAsync(Select.Run("100"));

        Assert.Equal(["1.1.0", "1.2.0", "9.0.0"], await world.VisibleAsync());
        Assert.Equal(["1.1.0"], await world.VisibleAsync(Other));
    }

    [Fact]
    public async Task A_project_loses_what_all_its_runs_published()
    {
        await using var world = await WorldAsync();

        await world.DeclaredAsync(Select.Project());

        Assert.Equal(["1.2.0", "9.0.0"], await world.VisibleAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await world.App.GetAsync("/@acme%2fother", world.Administrator)).StatusCode);
    }

    [Fact]
    public async Task An_issuer_loses_what_all_its_projects_published()
    {
        await using var world = await WorldAsync();

        await world.DeclaredAsync(Select.Issuer());

        Assert.Equal(["9.0.0"], await world.VisibleAsync());
    }

    [Fact]
    public async Task A_person_loses_what_they_published_and_every_access_token()
    {
        await using var world = await WorldAsync();
        var alice = await world.App.SignedInAsync("alice");
        var another = await world.App.TokenAsync(alice, new JsonObject { ["readonly"] = true });
        await world.App.PublishedAsync(alice, new TestPackage("@acme/alices", "1.0.0"));
        await (await world.App.GetAsync("/-/whoami", another)).ShouldBeReadAsync();

        var preview = await world.PreviewedAsync(Select.Person("alice"));
        await world.DeclaredAsync(Select.Person("alice"));

        Assert.Equal(["@acme/alices@1.0.0"], preview.Versions());
        Assert.Equal(2, (int?)preview["tokens"]!["count"]);
        await (await world.App.GetAsync("/-/whoami", alice)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "credential-rejected");
        await (await world.App.GetAsync("/-/whoami", another)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "credential-rejected");
        Assert.Equal(HttpStatusCode.NotFound, (await world.App.GetAsync("/@acme%2falices", world.Administrator)).StatusCode);
        Assert.Equal(["1.0.0", "1.1.0", "1.2.0", "9.0.0"], await world.VisibleAsync());
    }

    [Fact]
    public async Task A_time_loses_what_came_in_it_from_its_first_moment_to_before_its_last()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        List<DateTimeOffset> times = [];
        foreach (var version in new[] { "1.0.0", "1.1.0", "1.2.0" })
        {
            world.App.Clock.Advance(TimeSpan.FromSeconds(10));
            times.Add(world.App.Clock.GetUtcNow());
            await world.PublishFromGithubAsync(version);
        }

        await world.DeclaredAsync(Select.Window(times[1], times[2]));

        Assert.Equal(["1.0.0", "1.2.0"], await world.VisibleAsync());
    }

    [Fact]
    public async Task Within_a_window_only_what_the_origin_brought_then_is_meant()
    {
        await using var world = await WorldAsync();
        var (from, to) = (world.App.Clock.GetUtcNow().AddSeconds(5), world.App.Clock.GetUtcNow().AddSeconds(15));
        world.App.Clock.Advance(TimeSpan.FromSeconds(10));
        await world.PublishFromRunAsync("100", "2.0.0");
        await world.PublishFromRunAsync("101", "2.1.0");

        await world.DeclaredAsync(Select.Run("100").Within(from, to));

        Assert.Equal(["1.0.0", "1.1.0", "1.2.0", "2.1.0", "9.0.0"], await world.VisibleAsync());
    }

    [Fact]
    public async Task A_preview_lists_versions_tokens_and_packages_and_does_nothing()
    {
        await using var world = await WorldAsync();
        // Those that published are dead by then.
        world.App.Clock.Advance(TimeSpan.FromMinutes(16));
        await world.ExchangedAsync(world.Github(new JsonObject { ["run_id"] = "100" }), Other);
        await world.ExchangedAsync(world.Github(new JsonObject { ["run_id"] = "101" }), Other);
        var before = await world.App.PackumentAsync(world.Administrator, TrustWorld.Package);

        var preview = await world.PreviewedAsync(Select.Run("100"));

        Assert.Equal(["@acme/hello@1.0.0", "@acme/other@1.0.0"], preview.Versions());
        Assert.Equal(["@acme/hello", "@acme/other"], preview["packages"]!["first"]!.AsArray().Select(name => (string?)name));
        Assert.Equal("""{"binding":"github","project":"74","run":"100","workflow":"publish.yml"}""", preview["versions"]!["first"]![0]!["by"]!.ToJsonString());
        var token = Assert.Single(preview["tokens"]!["first"]!.AsArray())!;
        Assert.Equal(("exchanged", Other, "100"), ((string?)token["kind"], (string?)token["for"], (string?)token["by"]!["run"]));
        Assert.Equal(before.ToJsonString(), (await world.App.PackumentAsync(world.Administrator, TrustWorld.Package)).ToJsonString());
        Assert.Empty(await world.App.ReadAsync(db => db.Incidents.ToListAsync()));
    }

    [Fact]
    public async Task Live_tokens_of_the_run_die_and_others_live()
    {
        await using var world = await WorldAsync();
        var dead = await world.ExchangedAsync(world.Github(new JsonObject { ["run_id"] = "100" }));
        var alive = await world.ExchangedAsync(world.Github(new JsonObject { ["run_id"] = "101" }));
        await (await world.App.GetAsync("/@acme%2fhello", dead)).ShouldBeReadAsync();

        await world.DeclaredAsync(Select.Run("100"));

        var text = await (await world.PublishAsync(dead, "3.0.0")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "publish-token-expired");
        Assert.Contains("revoked in an incident", text, StringComparison.Ordinal);
        await (await world.PublishAsync(alive, "3.0.0")).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("project")]
    [InlineData("issuer")]
    public async Task With_freeze_the_project_or_issuer_is_frozen_in_the_same_act(string kind)
    {
        await using var world = await WorldAsync();
        var selection = kind switch { "run" => Select.Run("100"), "project" => Select.Project(), _ => Select.Issuer() };
        var token = await world.ExchangedAsync(world.Github(new JsonObject { ["run_id"] = "102" }));

        await world.DeclaredAsync(selection, freeze: true);

        await (await world.PublishAsync(token, "3.0.0")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "publishing-frozen");
        await (await world.ExchangeAsync(world.Github())).ShouldExplainAsync(HttpStatusCode.Unauthorized, "publishing-frozen");
        var elsewhere = await world.ExchangeAsync(world.Github(Elsewhere()), TrustWorld.Package);
        Assert.Equal(kind == "issuer" ? HttpStatusCode.Unauthorized : HttpStatusCode.Created, elsewhere.StatusCode);
    }

    [Fact]
    public async Task A_publish_that_comes_between_makes_the_preview_stale_and_nothing_is_done()
    {
        await using var world = await WorldAsync();
        var preview = await world.PreviewedAsync(Select.Project());
        await world.PublishFromRunAsync("103", "2.0.0");

        using var stale = await world.DeclareAsync(Select.Project(), (string?)preview["preview"]);

        await stale.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "preview-stale");
        Assert.Equal(["1.0.0", "1.1.0", "1.2.0", "2.0.0", "9.0.0"], await world.VisibleAsync());
        Assert.Empty(await world.App.ReadAsync(db => db.Incidents.ToListAsync()));
        var now = (await stale.JsonAsync())["now"]!.AsObject();
        Assert.Contains("@acme/hello@2.0.0", now.Versions());
        await (await world.DeclareAsync(Select.Project(), (string?)now["preview"])).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_token_that_was_got_between_makes_the_preview_stale_too()
    {
        await using var world = await WorldAsync();
        var preview = await world.PreviewedAsync(Select.Run("100"));
        await world.ExchangedAsync(world.Github(new JsonObject { ["run_id"] = "100" }));

        using var stale = await world.DeclareAsync(Select.Run("100"), (string?)preview["preview"]);

        await stale.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "preview-stale");
    }

    [Fact]
    public async Task The_preview_of_one_selection_declares_no_other_even_if_both_are_empty()
    {
        await using var world = await WorldAsync();
        var preview = await world.PreviewedAsync(Select.Run("7"));

        await (await world.DeclareAsync(Select.Run("8"), (string?)preview["preview"], freeze: true)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "preview-stale");
        await (await world.DeclareAsync(Select.Run("100"), preview: null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "preview-stale");
    }

    [Fact]
    public async Task With_nothing_to_do_nothing_is_declared()
    {
        await using var world = await WorldAsync();
        var preview = await world.PreviewedAsync(Select.Run("7"));

        using var answer = await world.DeclareAsync(Select.Run("7"), (string?)preview["preview"]);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "nothing-to-do");
    }

    [Fact]
    public async Task A_second_incident_leaves_to_the_first_what_it_holds()
    {
        await using var world = await WorldAsync();
        var first = await world.DeclaredAsync(Select.Run("100"));

        var preview = await world.PreviewedAsync(Select.Project());
        var second = await world.DeclaredAsync(Select.Project());

        Assert.Equal(["@acme/hello@1.1.0", "@acme/other@1.1.0"], preview.Versions());
        Assert.Equal(2, (int?)preview["alreadyQuarantined"]);
        var holders = await world.App.ReadAsync(db => db.Versions.Where(row => row.QuarantinedBy != null).OrderBy(row => row.Version).Select(row => row.QuarantinedBy).ToListAsync());
        Assert.Equal([first, first, second, second], holders);
    }

    [Fact]
    public async Task Each_version_each_token_and_the_incident_itself_is_recorded()
    {
        await using var world = await WorldAsync();
        await world.ExchangedAsync(world.Github(new JsonObject { ["run_id"] = "100" }), Other);
        var tokens = (int)(await world.PreviewedAsync(Select.Run("100")))["tokens"]!["count"]!;

        var incident = await world.DeclaredAsync(Select.Run("100"));

        var events = await world.App.ReadAsync(db => db.AuditEvents.Where(row => row.Detail == incident || row.Subject == incident).ToListAsync());
        Assert.All(events, row => Assert.Equal("root", row.Actor));
        Assert.Equal(["@acme/hello@1.0.0", "@acme/other@1.0.0"], Subjects("version.quarantined"));
        Assert.Equal(tokens, Subjects("token.revoked").Length);
        Assert.Equal([incident], Subjects("incident.declared"));

        string[] Subjects(string action) => [.. events.Where(row => row.Action == action).Select(row => row.Subject).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task A_person_or_a_time_has_nothing_that_could_be_frozen()
    {
        await using var world = await WorldAsync();
        var preview = await world.PreviewedAsync(Select.Person("root"));

        using var answer = await world.DeclareAsync(Select.Person("root"), (string?)preview["preview"], freeze: true);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-selection");
    }

    /// <summary>
    /// Run 100 of the usual project published 1.0.0 of two packages, its run 101 1.1.0 of both, another project's run 100 1.2.0 of the first,
    /// and a person 9.0.0.
    /// </summary>
    internal static async Task<TrustWorld> WorldAsync()
    {
        var world = await TrustWorld.StartAsync(["--Assay:TrustedPublishing:VersionsPerRun=10"]);
        foreach (var package in new[] { TrustWorld.Package, Other })
        {
            await world.TrustGithubAsync(package);
            await world.PublishFromRunAsync("100", "1.0.0", package);
            await world.PublishFromRunAsync("101", "1.1.0", package);
        }
        await world.TrustGithubAsync(TrustWorld.Package, "octo-org/elsewhere");
        await world.PublishFromGithubAsync("1.2.0", Elsewhere());
        await world.App.OpenToPeopleAsync(TrustWorld.Package);
        await world.App.PublishedAsync(world.Administrator, new TestPackage(TrustWorld.Package, "9.0.0"));
        return world;
    }

    private static JsonObject Elsewhere() => new() { ["repository"] = "octo-org/elsewhere", ["run_id"] = "100" };
}
