using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Packages.Reports;

/// <summary>Who reports, who reads what was reported, and who decides about it.</summary>
public sealed class ReportTests : IAsyncLifetime
{
    private const string Package = "@acme/x";

    private RegistryApp app = null!;
    private string alice = null!;
    private string bob = null!;
    private string root = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        (alice, bob, root) = (await app.SignedInAsync("alice"), await app.SignedInAsync("bob"), await app.SignedInAsync("root", isAdministrator: true));
        await app.PublishedAsync(alice, new TestPackage(Package, "1.0.0"));
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Theory]
    [InlineData("malware")]
    [InlineData("vulnerability")]
    [InlineData("impersonation")]
    [InlineData("other")]
    public async Task Whoever_reads_a_package_reports_it(string kind)
    {
        var report = await (await app.ReportAsync(bob, Package, ReportingExtensions.Report(kind, " one\r\ntwo ", "1.0.0"))).ShouldBeAsync(HttpStatusCode.Created);

        Assert.Equal(["id", "package", "version", "kind", "text", "at", "outcome", "answer", "closedAt", "reporter"], report.Keys());
        Assert.Equal((Package, "1.0.0", kind, "one\ntwo", "bob"), (
            (string?)report["package"], (string?)report["version"], (string?)report["kind"], (string?)report["text"], (string?)report["reporter"]));
        Assert.Null(report["outcome"]);
        Assert.Equal(report.ToJsonString(), (await (await app.GetAsync($"{ReportingExtensions.Path}/{report["id"]}", bob)).ShouldBeAsync(HttpStatusCode.OK)).ToJsonString());
    }

    [Theory]
    [InlineData("""{"text":"x"}""")]
    [InlineData("""{"kind":"spam","text":"x"}""")]
    [InlineData("""{"kind":"other"}""")]
    [InlineData("""{"kind":"other","text":"  "}""")]
    [InlineData("""{"kind":"other","text":"a\u001b[2Jb"}""")]
    [InlineData("""{"kind":"other","text":"x","version":"latest"}""")]
    [InlineData("""{"kind":"other","text":"x","version":1}""")]
    [InlineData("""{"kind":"other","text":"x","reporter":"alice"}""")]
    [InlineData("[]")]
    public async Task What_is_no_report_is_refused(string body)
    {
        using var answer = await app.PostAsync("/-/assay/v1/package/@acme%2fx/reports", bob, JsonNode.Parse(body));

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-report");
    }

    [Fact]
    public async Task A_text_has_its_length()
    {
        await (await app.ReportAsync(bob, Package, ReportingExtensions.Report(text: new string('x', 4_000)))).ShouldBeAsync(HttpStatusCode.Created);

        await (await app.ReportAsync(bob, Package, ReportingExtensions.Report(text: new string('x', 4_001)))).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-report");
    }

    [Fact]
    public async Task Whoever_may_not_know_a_package_cannot_tell_it_from_none()
    {
        await app.PublishedForTeamsAsync(alice, new TestPackage("@acme/hidden", "1.0.0"));

        var hidden = await (await app.ReportAsync(bob, "@acme/hidden", ReportingExtensions.Report())).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        var absent = await (await app.ReportAsync(bob, "@acme/absent", ReportingExtensions.Report())).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");

        Assert.Equal(absent.Replace("absent", "hidden", StringComparison.Ordinal), hidden);
    }

    [Fact]
    public async Task A_token_for_reading_reports_nothing_and_one_that_writes_does()
    {
        var reading = await app.TokenAsync(bob, new JsonObject { ["name"] = "reads", ["packages_and_scopes_permission"] = "read-only" });
        var elsewhere = await app.TokenAsync(bob, new JsonObject { ["name"] = "elsewhere", ["packages"] = new JsonArray("@acme/y"), ["packages_and_scopes_permission"] = "read-write" });
        var writing = await app.TokenAsync(bob, new JsonObject { ["name"] = "writes", ["packages_and_scopes_permission"] = "read-write" });

        await (await app.ReportAsync(reading, Package, ReportingExtensions.Report())).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
        await (await app.ReportAsync(elsewhere, Package, ReportingExtensions.Report())).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        await app.ReportedAsync(writing, Package);
    }

    [Fact]
    public async Task Of_one_account_only_so_many_are_taken_in_a_minute_and_what_is_refused_takes_none()
    {
        await using var limited = await RegistryApp.StartAsync(["--Assay:Limits:ReportsPerAccount=2"]);
        var (carol, dave) = (await limited.SignedInAsync("carol"), await limited.SignedInAsync("dave"));
        await limited.PublishedAsync(carol, new TestPackage(Package, "1.0.0"));
        for (var number = 0; number < 5; number++)
        {
            await (await limited.ReportAsync(dave, "@acme/absent", ReportingExtensions.Report())).ShouldBeAsync(HttpStatusCode.NotFound);
        }
        await limited.ReportedAsync(dave, Package);
        await limited.ReportedAsync(dave, Package);

        using var third = await limited.ReportAsync(dave, Package, ReportingExtensions.Report());

        Assert.Contains("Assay:Limits:ReportsPerAccount", await third.ShouldBeRefusedAsync(HttpStatusCode.TooManyRequests, "too-many-requests"), StringComparison.Ordinal);
        await limited.ReportedAsync(carol, Package);
    }

    [Fact]
    public async Task Frozen_and_quarantined_packages_are_reported_too()
    {
        await (await app.PostAsync("/-/assay/v1/freezes", root, new JsonObject { ["package"] = Package, ["reason"] = "looked at" })).ShouldBeAsync(HttpStatusCode.Created);
        var selection = new JsonObject { ["person"] = new JsonObject { ["name"] = "alice" } };
        var preview = await (await app.PostAsync("/-/assay/v1/incidents/preview", root, new JsonObject { ["selection"] = selection.DeepClone() })).ShouldBeAsync(HttpStatusCode.OK);
        await (await app.PostAsync("/-/assay/v1/incidents", root, new JsonObject { ["selection"] = selection, ["reason"] = "stolen", ["preview"] = (string)preview["preview"]! })).ShouldBeAsync(HttpStatusCode.Created);
        await (await app.GetAsync("/@acme%2fx", bob)).ShouldBeAsync(HttpStatusCode.NotFound);

        // Readers do not learn which versions are quarantined: one that never was is taken as well.
        await (await app.ReportAsync(bob, Package, ReportingExtensions.Report(version: "1.0.0"))).ShouldBeAsync(HttpStatusCode.Created);
        await (await app.ReportAsync(bob, Package, ReportingExtensions.Report(version: "9.9.9"))).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Owners_see_all_but_malware_without_the_reporters_name_and_administrators_everything()
    {
        var (malware, other) = (await app.ReportedAsync(bob, Package, "malware"), await app.ReportedAsync(bob, Package));

        var owners = Assert.Single(await app.ReportsAsync(alice));
        var administrators = await app.ReportsAsync(root);

        Assert.Equal(other, (long)owners["id"]!);
        Assert.DoesNotContain("reporter", owners.Keys());
        Assert.Equal([other, malware], administrators.Select(report => (long)report["id"]!));
        Assert.All(administrators, report => Assert.Equal("bob", (string?)report["reporter"]));
        await (await app.GetAsync($"{ReportingExtensions.Path}/{malware}", alice)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "report-not-found");
    }

    [Fact]
    public async Task Who_reported_sees_their_own_and_nobody_elses()
    {
        var carol = await app.SignedInAsync("carol");
        var (bobs, carols) = (await app.ReportedAsync(bob, Package, "malware"), await app.ReportedAsync(carol, Package));

        Assert.Equal([bobs], (await app.ReportsAsync(bob)).Select(report => (long)report["id"]!));
        await (await app.GetAsync($"{ReportingExtensions.Path}/{carols}", bob)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "report-not-found");
        await (await app.CloseReportAsync(bob, carols)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "report-not-found");
        await (await app.CloseReportAsync(bob, bobs)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-yours-to-close");
    }

    [Fact]
    public async Task A_token_tells_of_the_packages_that_it_reads_and_of_no_others()
    {
        await app.PublishedAsync(alice, new TestPackage("@acme/y", "1.0.0"));
        await app.ReportedAsync(bob, Package);
        await app.ReportedAsync(bob, "@acme/y");
        var narrow = new JsonObject { ["name"] = "y", ["packages"] = new JsonArray("@acme/y"), ["packages_and_scopes_permission"] = "read-only" };

        foreach (var token in new[] { await app.TokenAsync(alice, (JsonObject)narrow.DeepClone()), await app.TokenAsync(bob, (JsonObject)narrow.DeepClone()) })
        {
            Assert.Equal(["@acme/y"], (await app.ReportsAsync(token)).Select(report => (string)report["package"]!));
        }
    }

    [Fact]
    public async Task A_report_is_closed_once_with_what_came_of_it()
    {
        var id = await app.ReportedAsync(bob, Package);

        var closed = await (await app.CloseReportAsync(alice, id)).ShouldBeAsync(HttpStatusCode.OK);
        using var again = await app.CloseReportAsync(root, id, "duplicate");

        Assert.Equal(("confirmed", "mended in 1.0.1", "alice"), ((string?)closed["outcome"], (string?)closed["answer"], (string?)closed["closedBy"]));
        await again.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "report-closed");
        Assert.Empty(await app.ReportsAsync(bob));
        var own = Assert.Single(await app.ReportsAsync(bob, "?all=true"));
        Assert.Equal("mended in 1.0.1", (string?)own["answer"]);
        Assert.DoesNotContain("closedBy", own.Keys());
    }

    [Fact]
    public async Task Malware_is_closed_by_administrators_alone_also_when_an_owner_reported_it()
    {
        var (bobs, alices) = (await app.ReportedAsync(bob, Package, "malware"), await app.ReportedAsync(alice, Package, "malware"));

        await (await app.CloseReportAsync(alice, bobs)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "report-not-found");
        await (await app.CloseReportAsync(alice, alices)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-yours-to-close");
        await (await app.CloseReportAsync(root, bobs, "not-confirmed")).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_for_reading_closes_nothing()
    {
        var id = await app.ReportedAsync(bob, Package);
        var reading = await app.TokenAsync(alice, new JsonObject { ["name"] = "reads", ["packages_and_scopes_permission"] = "read-only" });

        await (await app.CloseReportAsync(reading, id)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
    }

    [Theory]
    [InlineData("""{"outcome":"fixed","text":"x"}""")]
    [InlineData("""{"outcome":"confirmed"}""")]
    [InlineData("""{"text":"x"}""")]
    public async Task What_closes_nothing_is_refused(string body)
    {
        var id = await app.ReportedAsync(bob, Package);

        await (await app.PostAsync($"{ReportingExtensions.Path}/{id}/close", root, JsonNode.Parse(body))).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-report");
    }

    [Fact]
    public async Task Reports_are_found_by_package_and_kind_and_page_by_page()
    {
        await app.PublishedAsync(alice, new TestPackage("@acme/y", "1.0.0"));
        var (first, second) = (await app.ReportedAsync(bob, Package, "malware"), await app.ReportedAsync(bob, "@acme/y"));

        Assert.Equal([second], (await app.ReportsAsync(root, "?package=@acme/y")).Select(report => (long)report["id"]!));
        Assert.Equal([first], (await app.ReportsAsync(root, "?kind=malware")).Select(report => (long)report["id"]!));
        Assert.Equal([first], (await app.ReportsAsync(root, $"?before={second}")).Select(report => (long)report["id"]!));
        foreach (var query in new[] { "?kind=spam", "?before=x", "?reporter=bob" })
        {
            await (await app.GetAsync(ReportingExtensions.Path + query, root)).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "bad-request");
        }
    }

    [Fact]
    public async Task An_operator_lists_shows_and_closes_them()
    {
        var id = await app.ReportedAsync(bob, Package, "malware", "first line\nsecond \u202eline");

        Assert.Contains($"{id}  ", await app.CommandAsync("/report/list"), StringComparison.Ordinal);
        var shown = await app.CommandAsync("/report/show", new JsonObject { ["id"] = id });
        await app.CommandAsync("/report/close", new JsonObject { ["id"] = id, ["outcome"] = "confirmed", ["text"] = "taken away" });

        Assert.Contains("malware  @acme/x  by bob", shown, StringComparison.Ordinal);
        Assert.Contains("    first line\n    second ?line", shown, StringComparison.Ordinal);
        Assert.Equal("There are no such reports.", await app.CommandAsync("/report/list"));
        Assert.Contains("(confirmed, closed ", await app.CommandAsync("/report/list", new JsonObject { ["all"] = true }), StringComparison.Ordinal);
        Assert.Equal("operator", await app.ReadAsync(db => db.Reports.Select(row => row.ClosedBy).SingleAsync()));
    }
}
