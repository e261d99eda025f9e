using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Auditing;

public sealed class AuditTests
{
    private const string Path = "/-/assay/v1/audit";

    [Theory]
    [InlineData("?action=version.published&actor=alice", 2)]
    [InlineData("?action=version.*&subject=@acme/x@1.0.0", 1)]
    [InlineData("?subject=@acme/x@*", 2)]
    [InlineData("?action=version.*", 3)]
    [InlineData("?action=version.published&address=203.0.113.9", 0)]
    [InlineData("?action=version.*&since=2999-01-01", 0)]
    [InlineData("?action=version.*&until=2000-01-01T00:00:00Z", 0)]
    [InlineData("?action=version.*&since=2000-01-01&until=2999-01-01", 3)]
    public async Task Events_are_found_by_each_of_their_parts(string query, int expected)
    {
        await using var app = await RegistryApp.StartAsync();
        var (_, root) = await FurnishAsync(app);

        var found = await EventsAsync(app, root, Path + query);

        Assert.Equal(expected, found.Count);
        Assert.All(found, each => Assert.Equal(["id", "at", "actor", "action", "subject", "detail", "address"], each.Keys()));
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_repetition()
    {
        await using var app = await RegistryApp.StartAsync();
        var (_, root) = await FurnishAsync(app);
        var all = (await EventsAsync(app, root, Path)).Select(each => (long)each["id"]!).ToList();

        List<long> paged = [];
        for (var next = Path + "?limit=3"; ;)
        {
            var page = await (await app.GetAsync(next, root)).ShouldBeAsync(HttpStatusCode.OK);
            paged.AddRange(page["events"]!.AsArray().Select(each => (long)each!["id"]!));
            if (page["next"] is not { } before)
            {
                break;
            }
            next = $"{Path}?limit=3&before={before}";
        }

        Assert.Equal(all, paged);
        Assert.Equal(all.OrderDescending(), all);
    }

    [Theory]
    [InlineData("?action=VERSION")]
    [InlineData("?since=yesterday")]
    [InlineData("?before=x")]
    [InlineData("?limit=501")]
    [InlineData("?actr=alice")]
    public async Task A_question_that_cannot_be_meant_is_refused(string query)
    {
        await using var app = await RegistryApp.StartAsync();
        var root = await app.SignedInAsync("root", isAdministrator: true);

        var answer = await app.GetAsync(Path + query, root);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "bad-request");
    }

    [Fact]
    public async Task Owners_see_what_was_done_with_their_package_and_nobody_else_does()
    {
        await using var app = await RegistryApp.StartAsync();
        var (alice, root) = await FurnishAsync(app);
        var bob = await app.SignedInAsync("bob");

        var found = await EventsAsync(app, alice, "/-/assay/v1/package/@acme%2fx/audit");
        var export = await app.GetAsync("/-/assay/v1/package/@acme%2fx/audit/export", alice);
        var others = await app.GetAsync("/-/assay/v1/package/@acme%2fx/audit", bob);
        var otherExport = await app.GetAsync("/-/assay/v1/package/@acme%2fx/audit/export", bob);
        var all = await app.GetAsync(Path, alice);
        var allExport = await app.GetAsync(Path + "/export", alice);
        var byAddress = await app.GetAsync("/-/assay/v1/package/@acme%2fx/audit?address=127.0.0.1", alice);
        var anonymous = await app.GetAsync(Path);

        Assert.Equal(["@acme/x", "@acme/x@1.0.0", "@acme/x@1.1.0"], found.Select(each => (string)each["subject"]!).Distinct().Order(StringComparer.Ordinal));
        Assert.All(found, each => Assert.DoesNotContain("address", each.Keys()));
        var lines = (await export.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(found.Count, lines.Length);
        Assert.All(lines, line => Assert.DoesNotContain("address", line, StringComparison.Ordinal));
        await others.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await otherExport.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await all.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await allExport.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        await byAddress.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        var address = (string)(await EventsAsync(app, root, "/-/assay/v1/package/@acme%2fx/audit"))[0]["address"]!;
        Assert.Equal(found.Count, (await EventsAsync(app, root, $"/-/assay/v1/package/@acme%2fx/audit?address={Uri.EscapeDataString(address)}")).Count);
    }

    [Fact]
    public async Task A_package_whose_name_only_begins_alike_is_another()
    {
        await using var app = await RegistryApp.StartAsync();
        var (alice, _) = await FurnishAsync(app);
        await app.Services.GetRequiredService<CommitQueue>().RunAsync((commit, _) =>
        {
            commit.Record(new Actor("mallory", ""), "freeze.added", "@acme/x somebody else's secret");
            commit.Record(new Actor("mallory", ""), "policy.created", "@acme/x 1234", "{}");
            commit.Record(new Actor("mallory", ""), "issuer.added", "@acme/x", "not for owners");
            return Task.FromResult(true);
        }, CancellationToken.None);

        var found = await EventsAsync(app, alice, "/-/assay/v1/package/@acme%2fx/audit?actor=mallory");

        Assert.Equal("policy.created", (string?)Assert.Single(found)["action"]);
    }

    [Fact]
    public async Task An_export_has_every_event_once_the_oldest_first_and_is_recorded()
    {
        await using var app = await RegistryApp.StartAsync();
        var (_, root) = await FurnishAsync(app);
        await app.Services.GetRequiredService<CommitQueue>().RunAsync((commit, _) =>
        {
            commit.Db.AuditEvents.AddRange(Enumerable.Range(0, 2_500).Select(number => new AuditEventRow
            {
                At = commit.Now,
                Actor = "many",
                Action = "tag.set",
                Subject = $"@acme/many@1.0.{number}",
                Detail = "",
                Address = "",
            }));
            return Task.FromResult(true);
        }, CancellationToken.None);

        var answer = await app.GetAsync(Path + "/export?actor=many", root);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal("application/x-ndjson", answer.Content.Headers.ContentType!.MediaType);
        var subjects = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (string)JsonNode.Parse(line)!["subject"]!);
        Assert.Equal(Enumerable.Range(0, 2_500).Select(number => $"@acme/many@1.0.{number}"), subjects);
        var recorded = await app.ReadAsync(db => db.AuditEvents.SingleAsync(row => row.Action == "audit.exported"));
        Assert.Equal(("root", "?actor=many"), (recorded.Actor, recorded.Detail));
    }

    [Fact]
    public async Task An_operator_searches_and_exports_by_command()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.In("data"));
        await FurnishAsync(app);

        var listed = await ServerProgram.RunAsync(["admin", "audit", "--action", "version.*", "--actor", "alice", "--data", folder.In("data")]);
        var exported = await ServerProgram.RunAsync(["admin", "audit", "--action", "version.*", "--export", folder.In("events.jsonl"), "--data", folder.In("data")]);

        Assert.Contains("version.published  @acme/x@1.1.0  by alice from ", listed.Output, StringComparison.Ordinal);
        Assert.Contains("3 events are in ", exported.Output, StringComparison.Ordinal);
        Assert.Equal(3, File.ReadAllLines(folder.In("events.jsonl")).Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.In("events.jsonl")));
    }

    [Fact]
    public async Task Old_events_are_deleted_only_when_the_operator_wants_it()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Audit:KeepDays=90"]);
        await app.SignedInAsync("root", isAdministrator: true);
        app.Clock.Advance(TimeSpan.FromDays(60));
        await app.Services.GetRequiredService<CommitQueue>().RunAsync((commit, _) =>
        {
            commit.Record(new Actor("somebody", ""), "tag.set", "@acme/x@1.0.0", "latest");
            return Task.FromResult(true);
        }, CancellationToken.None);

        app.Clock.Advance(TimeSpan.FromDays(31));

        await Eventually.HoldsAsync(() => app.ReadAsync(db => db.AuditEvents.AnyAsync(row => row.Action == "audit.forgotten")));
        Assert.Equal(["tag.set", "audit.forgotten"], await app.ReadAsync(db => db.AuditEvents.OrderBy(row => row.Id).Select(row => row.Action).ToListAsync()));
        Assert.Equal(0, new AuditOptions().KeepDays);
    }

    [Fact]
    public async Task A_time_to_keep_that_is_too_short_stops_the_start()
    {
        var refused = await Assert.ThrowsAsync<StartRefused>(() => RegistryApp.StartAsync(["--Assay:Audit:KeepDays=7"]));

        Assert.Contains("Assay:Audit:KeepDays", refused.Message, StringComparison.Ordinal);
    }

    // Two versions by alice of one package, one by root of another.
    private static async Task<(string Alice, string Root)> FurnishAsync(RegistryApp app)
    {
        var (alice, root) = (await app.SignedInAsync("alice"), await app.SignedInAsync("root", isAdministrator: true));
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.1.0"));
        await app.PublishedAsync(root, new TestPackage("@acme/xy", "1.0.0"));
        return (alice, root);
    }

    private static async Task<List<JsonObject>> EventsAsync(RegistryApp app, string token, string path) =>
        [.. (await (await app.GetAsync(path, token)).ShouldBeAsync(HttpStatusCode.OK))["events"]!.AsArray().Select(each => each!.AsObject())];
}
