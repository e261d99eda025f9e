using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Upstream.Advisories.Osv;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Upstream.Advisories;

/// <summary>Advisories that this registry issues about its own packages.</summary>
public sealed class IssuedAdvisoryTests : IAsyncLifetime
{
    private const string Path = "/-/assay/v1/advisories";
    private const string Package = "@acme/x";

    private readonly TemporaryFolder folder = new();
    private RegistryApp app = null!;
    private string alice = null!;
    private string root = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        (alice, root) = (await app.SignedInAsync("alice"), await app.SignedInAsync("root", isAdministrator: true));
        await app.PublishedAsync(alice, new TestPackage(Package, "1.0.0"));
        await app.PublishedAsync(alice, new TestPackage(Package, "1.2.0"));
    }

    public async ValueTask DisposeAsync()
    {
        folder.Dispose();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task An_administrator_issues_one_and_its_readers_get_it_as_OSV()
    {
        var issued = await (await IssueAsync(root, Wanted())).ShouldBeAsync(HttpStatusCode.Created);
        var id = (string)issued["id"]!;

        var read = await (await app.GetAsync($"{Path}/{id}", alice)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal($"ASSAY-{app.Clock.GetUtcNow().Year}-1", id);
        Assert.Equal(issued.ToJsonString(), read.ToJsonString());
        Assert.Equal(["schema_version", "id", "modified", "published", "summary", "affected", "references", "database_specific"], read.Keys());
        Assert.Equal("""{"ecosystem":"npm","name":"@acme/x","purl":"pkg:npm/%40acme/x"}""", read["affected"]![0]!["package"]!.ToJsonString());
        Assert.Equal("""[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.2.0"}]}]""", read["affected"]![0]!["ranges"]!.ToJsonString());
        Assert.Equal("""{"severity":"HIGH","malicious":false,"cwe_ids":[]}""", read["database_specific"]!.ToJsonString());
        Assert.Equal([id], (await ListAsync(alice)).Select(advisory => (string)advisory!["id"]!));
        Assert.Equal($"{Package} {id}, high: <1.2.0: eval of input", await app.ReadAsync(db => db.AuditEvents.Where(row => row.Action == "advisory.issued").Select(row => row.Subject + " " + row.Detail).SingleAsync()));
    }

    [Theory]
    [InlineData("<1.2.0", null, "<1.2.0")]
    [InlineData("*", "1.2.0", "<1.2.0")]
    [InlineData(">=1.0.0 <=1.1.0 || >1.1.5 || 0.9.0", "1.3.0", ">=1.0.0 <=1.1.0 || >=1.1.6-0 <1.3.0 || 0.9.0")]
    [InlineData("^1.0.0", null, ">=1.0.0 <2.0.0-0")]
    [InlineData("<1.2.0", "1.2.0", "<1.2.0")]
    public async Task What_it_says_is_what_an_import_of_it_would_read(string versions, string? fix, string ranges)
    {
        var issued = await (await IssueAsync(root, Wanted(versions, fix))).ShouldBeAsync(HttpStatusCode.Created);

        var reading = OsvReading.Of(Encoding.UTF8.GetBytes(issued.ToJsonString()));

        Assert.Empty(reading.Problems);
        Assert.Equal(ranges, reading.Advisory!.Ranges[Package]);
    }

    [Theory]
    [InlineData("""{"package":"@acme/x","versions":"not a range","severity":"high","summary":"x"}""")]
    [InlineData("""{"package":"@acme/x","versions":">2.0.0 <1.0.0","severity":"high","summary":"x"}""")]
    [InlineData("""{"package":"@acme/x","severity":"high","summary":"x"}""")]
    [InlineData("""{"package":"@acme/x","versions":"*","summary":"x"}""")]
    [InlineData("""{"package":"@acme/x","versions":"*","severity":"bad","summary":"x"}""")]
    [InlineData("""{"package":"@acme/x","versions":"*","severity":"low","malicious":true,"summary":"x"}""")]
    [InlineData("""{"package":"@acme/x","versions":"*","severity":"high"}""")]
    [InlineData("""{"package":"@acme/x","versions":"*","severity":"high","summary":"two\nlines"}""")]
    [InlineData("""{"package":"@acme/x","versions":"<1.0.0","severity":"high","summary":"x","fixed":"1.2.0"}""")]
    [InlineData("""{"package":"@acme/x","versions":"* || 1.2.0","severity":"high","summary":"x","fixed":"1.2.0"}""")]
    [InlineData("""{"package":"@acme/x","versions":">=1.3.0","severity":"high","summary":"x","fixed":"1.2.0"}""")]
    [InlineData("""{"package":"@acme/x","versions":"*","severity":"high","summary":"x","fixed":"soon"}""")]
    [InlineData("""{"package":"@acme/x","versions":"*","severity":"high","summary":"x","id":"CVE-1"}""")]
    [InlineData("""{"versions":"*","severity":"high","summary":"x"}""")]
    public async Task What_is_no_advisory_is_refused(string body) =>
        await (await IssueAsync(root, JsonNode.Parse(body)!.AsObject())).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-advisory");

    [Fact]
    public async Task Nobody_else_issues_or_withdraws_one()
    {
        var id = (string)(await (await IssueAsync(root, Wanted())).ShouldBeAsync(HttpStatusCode.Created))["id"]!;
        var token = await app.TokenAsync(root, new JsonObject { ["name"] = "made", ["packages_and_scopes_permission"] = "read-write" });

        foreach (var (caller, code) in new[] { (alice, "administrators-only"), (token, "sign-in-only") })
        {
            await (await IssueAsync(caller, Wanted())).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, code);
            await (await app.PostAsync($"{Path}/{id}/withdraw", caller, null)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, code);
        }
        await (await IssueAsync(null, Wanted())).ShouldBeAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task It_takes_the_second_factor_once_everything_else_is_right()
    {
        var factor = await app.EnrolledAsync(root);
        var absent = Wanted();
        absent["package"] = "@acme/absent";

        using var unknown = await IssueAsync(root, absent);
        using var asked = await IssueAsync(root, Wanted());
        using var given = await app.SendAsync(HttpMethod.Post, Path, root, RegistryApp.Json(Wanted()), headers => headers.Add("npm-otp", factor.NextCode()));

        await unknown.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        Assert.Equal("OTP", asked.Headers.WwwAuthenticate.ToString());
        await given.ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal(1, await app.ReadAsync(db => db.IssuedAdvisories.CountAsync()));
    }

    [Fact]
    public async Task It_is_part_of_audits_beside_what_was_imported()
    {
        await app.ImportedAsync(folder.Zip(new OsvDocument("GHSA-1", Package) { Modified = app.Clock.GetUtcNow().ToString("O") }, new OsvDocument("GHSA-2", "lodash") { Modified = app.Clock.GetUtcNow().ToString("O") }));
        await (await IssueAsync(root, Wanted(">=1.0.0 <1.3.0"))).ShouldBeAsync(HttpStatusCode.Created);

        var found = await (await app.AuditAsync(alice, $"{Package}@1.0.0", "lodash@1.0.0", "clean@1.0.0")).ShouldBeAsync(HttpStatusCode.OK);
        var mended = await (await app.AuditAsync(alice, $"{Package}@1.3.0")).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal([Package, "lodash"], found.Keys().Order(StringComparer.Ordinal));
        Assert.Equal(2, found[Package]!.AsArray().Count);
        var own = found[Package]![1]!.AsObject();
        Assert.Equal(["id", "url", "title", "severity", "cwe", "cvss", "vulnerable_versions"], own.Keys());
        Assert.Equal(("eval of input", "high", ">=1.0.0 <1.3.0"), ((string?)own["title"], (string?)own["severity"], (string?)own["vulnerable_versions"]));
        Assert.EndsWith($"/-/assay/v1/advisories/ASSAY-{app.Clock.GetUtcNow().Year}-1", (string?)own["url"], StringComparison.Ordinal);
        Assert.Empty(mended.Keys());
    }

    [Fact]
    public async Task Where_nothing_of_others_is_known_it_does_not_pass_for_all_there_is()
    {
        await (await IssueAsync(root, Wanted())).ShouldBeAsync(HttpStatusCode.Created);

        await (await app.AuditAsync(alice, $"{Package}@1.0.0")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "advisories-not-offered");
    }

    [Fact]
    public async Task It_is_part_of_audits_that_an_upstream_answers()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        ForeignAdvisories.Of(foreign, "lodash");
        await using var relaying = await RegistryApp.StartAsync([.. foreign.Settings, ForeignAdvisories.Relayed]);
        var (bob, admin) = (await relaying.SignedInAsync("bob"), await relaying.SignedInAsync("admin", isAdministrator: true));
        await relaying.OwnNameAsync("@acme");
        await relaying.PublishedAsync(bob, new TestPackage(Package, "1.0.0"));
        await (await relaying.PostAsync(Path, admin, Wanted())).ShouldBeAsync(HttpStatusCode.Created);

        var found = await (await relaying.AuditAsync(bob, $"{Package}@1.0.0", "lodash@4.0.0")).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal([Package, "lodash"], found.Keys().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Whoever_may_not_know_the_package_learns_nothing_of_it()
    {
        await app.ImportedAsync(folder.Zip(new OsvDocument("GHSA-1", "lodash") { Modified = app.Clock.GetUtcNow().ToString("O") }));
        await app.PublishedForTeamsAsync(alice, new TestPackage("@acme/hidden", "1.0.0"));
        var wanted = Wanted("*");
        wanted["package"] = "@acme/hidden";
        var id = (string)(await (await IssueAsync(root, wanted)).ShouldBeAsync(HttpStatusCode.Created))["id"]!;
        var bob = await app.SignedInAsync("bob");

        await (await app.GetAsync($"{Path}/{id}", bob)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "advisory-not-found");
        await (await app.GetAsync($"{Path}/{id}")).ShouldBeAsync(HttpStatusCode.Unauthorized);
        Assert.Empty(await ListAsync(bob));
        Assert.Empty(await ListAsync(null));
        Assert.Empty((await (await app.AuditAsync(bob, "@acme/hidden@1.0.0")).ShouldBeAsync(HttpStatusCode.OK)).Keys());
        Assert.Equal(["@acme/hidden"], (await (await app.AuditAsync(alice, "@acme/hidden@1.0.0")).ShouldBeAsync(HttpStatusCode.OK)).Keys());
    }

    [Fact]
    public async Task A_malicious_one_is_critical_and_says_what_is_still_to_be_done()
    {
        await app.ImportedAsync(folder.Zip(new OsvDocument("GHSA-1", "lodash") { Modified = app.Clock.GetUtcNow().ToString("O") }));

        var printed = await app.CommandAsync("/advisory/issue", new JsonObject { ["package"] = Package, ["versions"] = "1.2.0", ["malicious"] = true, ["severity"] = null, ["summary"] = "reads ~/.npmrc", ["fixed"] = null });
        using var byApi = await IssueAsync(root, new JsonObject { ["package"] = Package, ["versions"] = "1.0.0", ["malicious"] = true, ["summary"] = "the same" });

        Assert.Contains("1 of its versions are served until they are quarantined", printed, StringComparison.Ordinal);
        Assert.Matches(@"@acme/x@1\.2\.0: \./run admin incident preview --from [0-9TZ:.-]+ --to [0-9TZ:.-]+", printed);
        Assert.Contains("docs/incidents.md", byApi.Notice(), StringComparison.Ordinal);
        var advisory = (await (await app.AuditAsync(alice, $"{Package}@1.2.0")).ShouldBeAsync(HttpStatusCode.OK))[Package]![0]!;
        Assert.Equal(("Malicious: reads ~/.npmrc", "critical", "CWE-506"), ((string?)advisory["title"], (string?)advisory["severity"], (string?)advisory["cwe"]![0]));
    }

    [Fact]
    public async Task One_that_is_withdrawn_is_read_on_and_in_no_audit()
    {
        await app.ImportedAsync(folder.Zip(new OsvDocument("GHSA-1", "lodash") { Modified = app.Clock.GetUtcNow().ToString("O") }));
        var id = (string)(await (await IssueAsync(root, Wanted())).ShouldBeAsync(HttpStatusCode.Created))["id"]!;
        Assert.Equal([Package], (await (await app.AuditAsync(alice, $"{Package}@1.0.0")).ShouldBeAsync(HttpStatusCode.OK)).Keys());

        await (await app.PostAsync($"{Path}/{id}/withdraw", root, null)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Empty((await (await app.AuditAsync(alice, $"{Package}@1.0.0")).ShouldBeAsync(HttpStatusCode.OK)).Keys());
        Assert.NotNull((await (await app.GetAsync($"{Path}/{id}", alice)).ShouldBeAsync(HttpStatusCode.OK))["withdrawn"]);
        await (await app.PostAsync($"{Path}/{id}/withdraw", root, null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "advisory-withdrawn");
        await (await app.PostAsync($"{Path}/ASSAY-1-1/withdraw", root, null)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "advisory-not-found");
        Assert.Contains("(withdrawn ", await app.CommandAsync("/advisory/list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numbers_begin_anew_each_year_and_ids_as_the_operator_says()
    {
        await using var acme = await RegistryApp.StartAsync(["--Assay:Advisories:IdPrefix=ACME"]);
        var admin = await acme.SignedInAsync("admin", isAdministrator: true);
        await acme.PublishedAsync(admin, new TestPackage(Package, "1.0.0"));
        var year = acme.Clock.GetUtcNow().Year;
        var ids = new List<string>();
        foreach (var days in new[] { 0, 0, 366 })
        {
            acme.Clock.Advance(TimeSpan.FromDays(days));
            ids.Add((await acme.CommandAsync("/advisory/issue", Wanted())).Split(' ')[0]);
        }

        Assert.Equal([$"ACME-{year}-1", $"ACME-{year}-2", $"ACME-{year + 1}-1"], ids);
    }

    private static JsonObject Wanted(string versions = "<1.2.0", string? fix = null)
    {
        var wanted = new JsonObject { ["package"] = Package, ["versions"] = versions, ["severity"] = "high", ["summary"] = "eval of input" };
        if (fix is not null)
        {
            wanted["fixed"] = fix;
        }
        return wanted;
    }

    private Task<HttpResponseMessage> IssueAsync(string? token, JsonObject wanted) => app.PostAsync(Path, token, wanted);

    private async Task<JsonArray> ListAsync(string? token) => (await (await app.GetAsync(Path, token)).ShouldBeAsync(HttpStatusCode.OK))["advisories"]!.AsArray();
}
