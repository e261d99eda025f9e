using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.Upstream.Advisories;

/// <summary>What an audit is told, and what it never is.</summary>
public sealed class AuditTests : IDisposable
{
    private const string Bulk = "/-/npm/v1/security/advisories/bulk";

    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task Affected_packages_are_named_and_no_others()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.ImportedAsync(folder.Zip(Fresh(app, "GHSA-1", "lodash"), Fresh(app, "GHSA-2", "@acme/x"), Fresh(app, "GHSA-3", "never-asked")));
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.AuditAsync(alice, "lodash@1.3.0", "lodash@1.1.0", "@acme/x@1.2.0", "clean@1.0.0");

        var found = await answer.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(["lodash"], found.Keys());
        var advisory = Assert.Single(found["lodash"]!.AsArray())!;
        Assert.Equal(["id", "url", "title", "severity", "cwe", "cvss", "vulnerable_versions"], advisory.Keys());
        Assert.Equal(("<1.2.0", "high"), ((string?)advisory["vulnerable_versions"], (string?)advisory["severity"]));
        Assert.Equal("", answer.Notice());
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task A_pre_release_of_the_fix_is_not_fixed()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.ImportedAsync(folder.Zip(Fresh(app, "GHSA-1", "lodash")));
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.AuditAsync(alice, "lodash@1.2.0-rc.1");

        Assert.Equal(["lodash"], (await answer.ShouldBeAsync(HttpStatusCode.OK)).Keys());
    }

    [Theory]
    [InlineData(Bulk)]
    [InlineData("/-/npm/v1/security/audits/quick")]
    [InlineData("/-/npm/v1/security/audits")]
    public async Task Without_an_import_nobody_is_told_that_nothing_is_wrong(string path)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.PostAsync(path, alice, AdvisoryDump.Asked(["lodash@1.0.0"]));

        await answer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "advisories-not-offered");
    }

    [Fact]
    public async Task The_old_audit_names_the_new_one_also_after_an_import()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.ImportedAsync(folder.Zip(Fresh(app, "GHSA-1", "lodash")));
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.PostAsync("/-/npm/v1/security/audits/quick", alice, new JsonObject());

        Assert.Contains("advisories/bulk", await answer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "advisories-not-offered"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Knowledge_that_grows_old_says_so_and_in_the_end_is_no_answer()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Access:Read=Public", "--Assay:Access:Ceiling=Public"]);
        await app.ImportedAsync(folder.Zip(Fresh(app, "GHSA-1", "lodash")));

        using var fresh = await app.AuditAsync(null, "clean@1.0.0");
        app.Clock.Advance(TimeSpan.FromDays(8));
        using var old = await app.AuditAsync(null, "clean@1.0.0");
        app.Clock.Advance(TimeSpan.FromDays(82));
        using var tooOld = await app.AuditAsync(null, "clean@1.0.0");

        Assert.Equal(("{}", ""), (await fresh.Content.ReadAsStringAsync(), fresh.Notice()));
        Assert.Equal("{}", (await old.ShouldBeAsync(HttpStatusCode.OK)).ToJsonString());
        Assert.Contains("8 days ago", old.Notice(), StringComparison.Ordinal);
        Assert.Contains("admin advisories import", await tooOld.ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "advisories-too-old"), StringComparison.Ordinal);
        Assert.Contains("90 days ago", tooOld.Notice(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_old_is_told_by_the_advisories_and_not_by_when_they_were_imported()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.ImportedAsync(folder.Zip(new OsvDocument("GHSA-1", "lodash") { Modified = app.Clock.GetUtcNow().AddDays(-100).ToString("O") }));
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.AuditAsync(alice, "clean@1.0.0");

        await answer.ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "advisories-too-old");
    }

    [Fact]
    public async Task An_advisory_from_the_future_does_not_keep_old_knowledge_fresh()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.ImportedAsync(folder.Zip(
            new OsvDocument("GHSA-1", "lodash") { Modified = app.Clock.GetUtcNow().AddDays(-100).ToString("O") },
            new OsvDocument("GHSA-2", "lodash") { Modified = app.Clock.GetUtcNow().AddYears(10).ToString("O") }));
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.AuditAsync(alice, "clean@1.0.0");

        await answer.ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "advisories-too-old");
    }

    [Fact]
    public async Task Who_may_not_read_may_not_ask()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.ImportedAsync(folder.Zip(Fresh(app, "GHSA-1", "lodash")));

        using var anonymous = await app.AuditAsync(null, "lodash@1.0.0");
        using var stranger = await app.AuditAsync("npm_000000000000000000000000000000000000", "lodash@1.0.0");

        await anonymous.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
        await stranger.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "credential-rejected");
    }

    [Fact]
    public async Task A_job_with_an_exchanged_token_may_ask()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.App.ImportedAsync(folder.Zip(Fresh(world.App, "GHSA-1", "lodash")));
        var token = await world.ExchangedAsync(world.Github());

        using var answer = await world.App.AuditAsync(token, "lodash@1.0.0");

        Assert.Equal(["lodash"], (await answer.ShouldBeAsync(HttpStatusCode.OK)).Keys());
    }

    [Fact]
    public async Task Bodies_come_packed_as_npm_and_Bun_send_them()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.ImportedAsync(folder.Zip(Fresh(app, "GHSA-1", "lodash")));
        var alice = await app.SignedInAsync("alice");

        using var answer = await SendAsync(app, alice, Packed(Encoding.UTF8.GetBytes(AdvisoryDump.Asked(["lodash@1.0.0"]).ToJsonString())), "gzip");

        Assert.Equal(["lodash"], (await answer.ShouldBeAsync(HttpStatusCode.OK)).Keys());
    }

    [Fact]
    public async Task A_small_body_that_unpacks_to_a_large_one_is_refused()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        using var answer = await SendAsync(app, alice, Packed(new byte[64 * 1024 * 1024]), "gzip");

        await answer.ShouldBeRefusedAsync(HttpStatusCode.RequestEntityTooLarge, "too-large");
    }

    [Theory]
    [InlineData("", "gzip", "malformed-json")]
    [InlineData("not packed", "gzip", "malformed-json")]
    [InlineData("{}", "br", "bad-request")]
    [InlineData("", "", "malformed-json")]
    [InlineData("[]", "", "malformed-json")]
    [InlineData("""{"x":"1.0.0"}""", "", "malformed-json")]
    [InlineData("""{"x":[1]}""", "", "malformed-json")]
    [InlineData("""{"x":["1.0.0"]""", "", "malformed-json")]
    [InlineData("""{"x":["1.0.0"]} more""", "", "malformed-json")]
    [InlineData("""{"\ud800":["1.0.0"]}""", "", "malformed-json")]
    public async Task What_is_no_request_is_told(string body, string encoding, string code)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        using var answer = await SendAsync(app, alice, Encoding.UTF8.GetBytes(body), encoding);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task Names_and_versions_that_are_none_disturb_nobody()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.ImportedAsync(folder.Zip(Fresh(app, "GHSA-1", "lodash")));
        var alice = await app.SignedInAsync("alice");
        var asked = AdvisoryDump.Asked(["lodash@1.0.0", "lodash@file:../x"]);
        asked["\0"] = new JsonArray("1.0.0");
        asked["1:lodash"] = new JsonArray("1.0.0");

        using var answer = await app.PostAsync(Bulk, alice, asked);

        Assert.Equal(["lodash"], (await answer.ShouldBeAsync(HttpStatusCode.OK)).Keys());
    }

    public void Dispose() => folder.Dispose();

    private static OsvDocument Fresh(RegistryApp app, string id, string package) => new(id, package) { Modified = app.Clock.GetUtcNow().AddHours(-1).ToString("O") };

    private static byte[] Packed(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }
        return target.ToArray();
    }

    private static async Task<HttpResponseMessage> SendAsync(RegistryApp app, string token, byte[] body, string encoding)
    {
        using var content = new ByteArrayContent(body);
        if (encoding.Length > 0)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }
        return await app.SendAsync(HttpMethod.Post, Bulk, token, content);
    }
}
