using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Packages;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Packages.Staging;

/// <summary>What a stage is while it waits, and what is left of it.</summary>
public sealed class StageTests : IAsyncLifetime
{
    private static readonly TestPackage First = new("@acme/x", "1.0.0");
    private static readonly TestPackage Next = First with { Version = "1.1.0" };

    private RegistryApp app = null!;
    private string alice = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, First);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_staged_version_is_no_version_yet_and_is_shown_to_those_who_publish()
    {
        var id = await app.StagedAsync(alice, Next);

        Assert.Equal(["1.0.0"], (await app.PackumentAsync(alice, "@acme/x"))["versions"].Keys());
        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync("/@acme/x/-/x-1.1.0.tgz", alice)).StatusCode);
        var listed = await (await app.GetAsync("/-/stage?page=0&perPage=100&package=%40acme%2Fx", alice)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal((1, 0, 100), ((int)listed["total"]!, (int)listed["page"]!, (int)listed["perPage"]!));
        var item = listed["items"]![0]!;
        Assert.Equal((id, "@acme/x", "1.1.0", "latest", "alice", "user"), (
            (string?)item["id"], (string?)item["packageName"], (string?)item["version"], (string?)item["tag"], (string?)item["actor"], (string?)item["actorType"]));
        Assert.Equal("private", (string?)(await app.StageAsync(alice, id))["access"]);
        Assert.True(Guid.TryParse(id, out _));
        Assert.Equal(Next.Tarball(), await (await app.GetAsync($"/-/stage/{id}/tarball", alice)).Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("@acme/x")]
    [InlineData("@acme%2fx")]
    [InlineData("@acme%2Fx")]
    [InlineData("%40acme%2Fx")]
    public async Task A_name_is_staged_however_it_is_spelled(string name)
    {
        var answer = await app.PostAsync($"/-/stage/package/{name}", alice, Next.Document());

        await answer.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Its_version_is_taken_while_it_waits()
    {
        var id = await app.StagedAsync(alice, Next);
        var other = Next with { Files = [("package/index.js", "module.exports = 2")] };

        var staged = await (await other.StageAsync(app, alice)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "version-staged");
        var published = await (await other.PublishAsync(app, alice)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "version-staged");

        Assert.Contains(id, staged);
        Assert.Equal(staged, published);
        Assert.Equal(["1.0.0"], await app.VersionsOfAsync("@acme/x"));
    }

    [Fact]
    public async Task The_same_upload_again_answers_the_same_id_and_another_tag_is_another_upload()
    {
        var id = await app.StagedAsync(alice, Next);

        Assert.Equal(id, await app.StagedAsync(alice, Next));
        await (await (Next with { Tag = "beta" }).StageAsync(app, alice)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "version-staged");
        Assert.Equal(1, await app.ReadAsync(db => db.Stages.CountAsync()));
    }

    [Fact]
    public async Task A_version_that_is_there_is_not_staged()
    {
        app.Clock.Advance(TimeSpan.FromHours(1));

        await (await First.StageAsync(app, alice)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "version-exists");
    }

    [Fact]
    public async Task What_was_rejected_burns_nothing()
    {
        var id = await app.StagedAsync(alice, Next);

        Assert.Equal(HttpStatusCode.NoContent, (await app.DeleteAsync($"/-/stage/{id}", alice)).StatusCode);
        await (await app.DeleteAsync($"/-/stage/{id}", alice)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "stage-over");
        await (await app.GetAsync($"/-/stage/{id}/tarball", alice)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "stage-over");
        await app.PublishedAsync(alice, Next with { Files = [("package/index.js", "module.exports = 2")] });

        Assert.Equal("rejected", (string?)(await app.StageAsync(alice, id))["status"]);
        Assert.Equal(["1.0.0", "1.1.0"], await app.VersionsOfAsync("@acme/x"));
    }

    [Fact]
    public async Task What_expired_burns_nothing_before_and_after_it_is_cleared_away()
    {
        var id = await app.StagedAsync(alice, Next);
        app.Clock.Advance(TimeSpan.FromDays(7));

        // Not cleared away yet.
        var again = await app.StagedAsync(alice, Next with { Files = [("package/index.js", "module.exports = 2")] });
        app.Clock.Advance(TimeSpan.FromDays(7));
        await app.Services.GetRequiredService<ForgetStages>().RunAsync(CancellationToken.None);
        await app.PublishedAsync(alice, Next);

        Assert.NotEqual(id, again);
        Assert.Equal(["expired", "expired"], await app.ReadAsync(db => db.Stages.OrderBy(row => row.Id).Select(row => row.Status).ToListAsync()));
        Assert.Equal(2, await app.ReadAsync(db => db.AuditEvents.CountAsync(row => row.Action == "stage.expired")));
        app.Clock.Advance(TimeSpan.FromDays(31));
        await app.Services.GetRequiredService<ForgetStages>().RunAsync(CancellationToken.None);
        Assert.Equal(0, await app.ReadAsync(db => db.Stages.CountAsync()));
    }

    [Fact]
    public async Task Whoever_may_not_publish_does_not_see_it()
    {
        var id = await app.StagedAsync(alice, Next);
        var stranger = await app.SignedInAsync("stranger");

        foreach (var path in new[] { $"/-/stage/{id}", $"/-/stage/{id}/tarball", $"/-/assay/v1/stages/{id}/diff" })
        {
            await (await app.GetAsync(path, stranger)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "stage-not-found");
        }
        await (await app.DeleteAsync($"/-/stage/{id}", stranger)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "stage-not-found");
        await (await app.PostAsync($"/-/stage/{id}/approve", stranger, null)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "stage-not-found");
        Assert.Equal(0, (int)(await (await app.GetAsync("/-/stage", stranger)).ShouldBeAsync(HttpStatusCode.OK))["total"]!);
        await (await Next.StageAsync(app, stranger)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await (await app.GetAsync("/-/stage", null)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
    }

    [Fact]
    public async Task A_token_that_reads_shows_stages_and_ends_none()
    {
        var id = await app.StagedAsync(alice, Next);
        var reading = await app.TokenAsync(alice, new JsonObject { ["readonly"] = true });

        await app.StageAsync(reading, id);
        await (await (Next with { Version = "1.2.0" }).StageAsync(app, reading)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
        await (await app.DeleteAsync($"/-/stage/{id}", reading)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
    }

    [Fact]
    public async Task What_it_changes_is_shown_for_programs_and_for_terminals()
    {
        var id = await app.StagedAsync(alice, Next with
        {
            Manifest = new JsonObject
            {
                ["main"] = "index.js",
                ["license"] = "MIT",
                ["scripts"] = new JsonObject { ["postinstall"] = "node steal.js" },
                ["dependencies"] = new JsonObject { ["left-pad"] = "^1.0.0", ["odd"] = "\u001b[2J" },
            },
            Files = [("package/index.js", "module.exports = 22"), ("package/steal.js", "1")],
        });

        var json = await (await app.GetAsync($"/-/assay/v1/stages/{id}/diff", alice)).ShouldBeAsync(HttpStatusCode.OK);
        var text = await (await app.GetAsync($"/-/assay/v1/stages/{id}/diff", alice, headers => headers.Accept.ParseAdd("text/plain"))).Content.ReadAsStringAsync();

        Assert.Equal("1.0.0", (string?)json["against"]);
        Assert.Equal("README.md", (string?)json["files"]!["removed"]![0]!["path"]);
        Assert.Equal("steal.js", (string?)json["files"]!["added"]![0]!["path"]);
        Assert.Equal(["index.js", "package.json"], json["files"]!["changed"]!.AsArray().Select(file => (string)file!["path"]!));
        Assert.Equal((18, 19), ((int)json["files"]!["changed"]![0]!["before"]!, (int)json["files"]!["changed"]![0]!["now"]!));
        Assert.Equal(["scripts postinstall", "dependencies left-pad", "dependencies odd"], json["manifest"]!.AsArray().Select(change => $"{change!["in"]} {change["name"]}"));
        Assert.True((bool)json["hasInstallScript"]!);
        Assert.Contains("+ dependencies left-pad: ^1.0.0", text);
        Assert.Contains("! it runs a script when it is installed", text);
        Assert.DoesNotContain('\u001b', text);
    }
}
