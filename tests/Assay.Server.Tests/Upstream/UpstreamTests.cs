using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Attestations;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Upstream;
using Microsoft.AspNetCore.Http;

namespace Assay.Server.Tests.Upstream;

/// <summary>Names that are not ours: fetched once, verified, kept, and served on when their registry is gone.</summary>
public sealed class UpstreamTests
{
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(6);

    [Fact]
    public async Task A_name_that_is_not_ours_is_answered_by_its_registry_with_our_addresses()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        var tarball = foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        var document = await app.PackumentAsync(alice, "left-pad");
        using var bytes = await app.GetAsync("/left-pad/-/left-pad-1.0.0.tgz", alice);

        var dist = document["versions"]!["1.0.0"]!["dist"]!;
        Assert.Equal($"{app.Url}left-pad/-/left-pad-1.0.0.tgz", (string?)dist["tarball"]);
        Assert.Equal((string?)foreign.Document("left-pad")["versions"]!["1.0.0"]!["dist"]!["integrity"], (string?)dist["integrity"]);
        Assert.Equal(ForeignRegistry.KeyId, (string?)dist["signatures"]![0]!["keyid"]);
        Assert.Equal("2020-01-02T03:04:05.000Z", (string?)document["time"]!["1.0.0"]);
        Assert.Equal("of elsewhere", (string?)document["description"]);
        Assert.Equal(tarball, await bytes.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task The_abbreviated_document_and_the_manifest_of_a_version_keep_the_signature_too()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("@types/x", "1.0.0") { Manifest = new JsonObject { ["scripts"] = new JsonObject { ["postinstall"] = "node x" }, ["secret"] = 1 } });
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        using var abbreviated = await app.GetAsync("/@types%2fx", alice, headers => headers.Add("Accept", "application/vnd.npm.install-v1+json"));
        using var manifest = await app.GetAsync("/@types/x/latest", alice);

        var version = (await abbreviated.ShouldBeAsync(HttpStatusCode.OK))["versions"]!["1.0.0"]!;
        Assert.True((bool)version["hasInstallScript"]!);
        Assert.Null(version["secret"]);
        Assert.Null(version["scripts"]);
        Assert.Equal(ForeignRegistry.KeyId, (string?)version["dist"]!["signatures"]![0]!["keyid"]);
        Assert.Equal(ForeignRegistry.KeyId, (string?)(await manifest.ShouldBeAsync(HttpStatusCode.OK))["dist"]!["signatures"]![0]!["keyid"]);
    }

    [Fact]
    public async Task Its_keys_stand_beside_ours_with_its_url()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        await app.PackumentAsync(alice, "left-pad");

        var keys = await app.KeysAsync();

        Assert.Equal(2, keys.Count);
        Assert.Equal(ForeignRegistry.KeyId, (string?)keys[^1]!["keyid"]);
        Assert.Equal(foreign.Url.AbsoluteUri, (string?)keys[^1]!["registry"]);
        Assert.False(keys[0]!.AsObject().ContainsKey("registry"));
    }

    [Theory]
    [InlineData("npm https://npm.example/", "https://npm.example/")]
    [InlineData("a name http://npm.example/with a space/", "http://npm.example/with%20a%20space/")]
    public void The_url_is_found_in_what_stored_things_are_marked_with(string key, string url) => Assert.Equal(url, UpstreamRegistry.UrlIn(key));

    [Fact]
    public async Task A_signature_by_a_key_that_nobody_lists_is_left_out()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"), change: version => version["dist"]!["signatures"]![0]!["keyid"] = "SHA256:nobody");
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        var document = await app.PackumentAsync(alice, "left-pad");

        Assert.Null(document["versions"]!["1.0.0"]!["dist"]!["signatures"]);
    }

    [Fact]
    public async Task What_is_current_is_not_asked_for_again_and_what_is_old_is_asked_for_with_its_tag()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        await app.PackumentAsync(alice, "left-pad");
        await app.PackumentAsync(alice, "left-pad");
        var asked = foreign.Asked("/left-pad");
        var tags = 0;
        foreign.First = context =>
        {
            tags += context.Request.Headers.IfNoneMatch.Count;
            return Task.FromResult(false);
        };
        app.Clock.Advance(Stale);

        using var again = await app.GetAsync("/left-pad", alice);

        await again.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(1, asked);
        Assert.Equal(2, foreign.Asked("/left-pad"));
        Assert.Equal(1, tags);
        Assert.Equal("0", again.Headers.Age?.TotalSeconds.ToString());
    }

    [Fact]
    public async Task A_new_version_of_elsewhere_is_seen_when_the_old_document_is_no_longer_current()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        await app.PackumentAsync(alice, "left-pad");
        foreign.Add(new TestPackage("left-pad", "1.1.0"));
        app.Clock.Advance(Stale);

        var document = await app.PackumentAsync(alice, "left-pad");

        Assert.Equal("1.1.0", (string?)document["dist-tags"]!["latest"]);
    }

    [Fact]
    public async Task What_is_in_the_cache_outlives_its_registry_and_a_restart_and_says_its_age()
    {
        using var folder = new TemporaryFolder();
        await using var foreign = await ForeignRegistry.StartAsync();
        var tarball = foreign.Add(new TestPackage("left-pad", "1.0.0"));
        string alice;
        await using (var before = await RegistryApp.StartAsync(foreign.Settings, folder.Path))
        {
            alice = await before.SignedInAsync("alice");
            await before.PackumentAsync(alice, "left-pad");
            (await before.GetAsync("/left-pad/-/left-pad-1.0.0.tgz", alice)).Dispose();
        }
        foreign.Instead = Breaking;
        await using var app = await RegistryApp.StartAsync(foreign.Settings, folder.Path);
        app.Clock.Advance(TimeSpan.FromHours(1));

        using var document = await app.GetAsync("/left-pad", alice);
        using var bytes = await app.GetAsync("/left-pad/-/left-pad-1.0.0.tgz", alice);

        await document.ShouldBeAsync(HttpStatusCode.OK);
        Assert.True(document.Headers.Age >= TimeSpan.FromHours(1));
        Assert.Contains("stale", document.Headers.GetValues("Cache-Status").Single(), StringComparison.Ordinal);
        Assert.Equal(tarball, await bytes.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Beyond_its_time_an_old_document_is_not_served_any_more()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync([.. foreign.Settings, "--Assay:Upstream:ServeStaleHours=2"]);
        var alice = await app.SignedInAsync("alice");
        await app.PackumentAsync(alice, "left-pad");
        foreign.Instead = Breaking;
        app.Clock.Advance(TimeSpan.FromHours(3));

        using var answer = await app.GetAsync("/left-pad", alice);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadGateway, "upstream-failed");
    }

    [Fact]
    public async Task What_its_registry_no_longer_has_is_gone()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        await app.PackumentAsync(alice, "left-pad");
        foreign.Remove("left-pad");
        app.Clock.Advance(Stale);

        using var answer = await app.GetAsync("/left-pad", alice);
        using var bytes = await app.GetAsync("/left-pad/-/left-pad-1.0.0.tgz", alice);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        await bytes.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Two_hundred_who_ask_for_one_cold_package_are_one_request()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        var gate = new TaskCompletionSource();
        foreign.First = async _ =>
        {
            await gate.Task;
            return false;
        };
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        var asking = Enumerable.Range(0, 200).Select(_ => app.GetAsync("/left-pad", alice)).ToList();
        await Eventually.HoldsAsync(() => foreign.Asked("/left-pad") > 0);
        gate.SetResult();
        var answers = await Task.WhenAll(asking);
        var tarballs = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => app.GetAsync("/left-pad/-/left-pad-1.0.0.tgz", alice)));

        Assert.All(answers.Concat(tarballs), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, foreign.Asked("/left-pad"));
        Assert.Equal(1, foreign.Asked("/left-pad/-/left-pad-1.0.0.tgz"));
    }

    [Fact]
    public async Task Offline_nobody_is_asked_and_what_is_not_there_is_said_to_be_not_there()
    {
        using var folder = new TemporaryFolder();
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        string alice;
        await using (var before = await RegistryApp.StartAsync(foreign.Settings, folder.Path))
        {
            alice = await before.SignedInAsync("alice");
            await before.PackumentAsync(alice, "left-pad");
        }
        var asked = foreign.Requests.Count;
        await using var app = await RegistryApp.StartAsync([.. foreign.Settings, "--Assay:Upstream:Offline=true"], folder.Path);
        app.Clock.Advance(TimeSpan.FromDays(10));

        await app.PackumentAsync(alice, "left-pad");
        using var tarball = await app.GetAsync("/left-pad/-/left-pad-1.0.0.tgz", alice);
        using var other = await app.GetAsync("/right-pad", alice);

        await tarball.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-in-cache");
        await other.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-in-cache");
        Assert.Equal(asked, foreign.Requests.Count);
    }

    [Fact]
    public async Task The_closest_pattern_says_who_is_asked_and_nobody_else_is()
    {
        await using var everything = await ForeignRegistry.StartAsync();
        await using var partner = await ForeignRegistry.StartAsync();
        everything.Add(new TestPackage("@partner/x", "9.9.9"));
        everything.Add(new TestPackage("@partner/y", "9.9.9"));
        everything.Add(new TestPackage("left-pad", "1.0.0"));
        partner.Add(new TestPackage("@partner/x", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(
            [.. everything.Settings, $"--Assay:Upstream:Registries:partner:Url={partner.Url}", "--Assay:Upstream:Registries:partner:Names:0=@partner/*"]);
        var alice = await app.SignedInAsync("alice");

        var document = await app.PackumentAsync(alice, "@partner/x");
        using var missing = await app.GetAsync("/@partner%2fy", alice);
        await app.PackumentAsync(alice, "left-pad");

        Assert.Equal("1.0.0", (string?)document["dist-tags"]!["latest"]);
        await missing.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        Assert.DoesNotContain(everything.Requests, path => path.StartsWith("/@partner", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Its_token_goes_to_its_own_host_alone()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.In("token"), "the-secret\n");
        await using var foreign = await ForeignRegistry.StartAsync();
        await using var store = await ForeignRegistry.StartAsync();
        var tarball = foreign.Add(new TestPackage("left-pad", "1.0.0"), change: version => version["dist"]!["tarball"] = $"{store.Url}blob");
        store.Serve("/blob", tarball);
        await using var app = await RegistryApp.StartAsync(
            [.. foreign.Settings, $"--Assay:Upstream:Registries:npm:TokenFile={folder.In("token")}", $"--Assay:Upstream:Registries:npm:AlsoFrom:0={store.Url.Authority}"]);
        var alice = await app.SignedInAsync("alice");

        await app.PackumentAsync(alice, "left-pad");
        using var bytes = await app.GetAsync("/left-pad/-/left-pad-1.0.0.tgz", alice);

        Assert.Equal(tarball, await bytes.Content.ReadAsByteArrayAsync());
        Assert.Equal("Bearer the-secret", foreign.LastToken);
        Assert.Equal("", store.LastToken);
    }

    [Fact]
    public async Task Tarballs_on_hosts_that_nobody_named_are_not_fetched()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        await using var elsewhere = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"), change: version => version["dist"]!["tarball"] = $"{elsewhere.Url}blob");
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.GetAsync("/left-pad/-/left-pad-1.0.0.tgz", alice);

        Assert.Contains("AlsoFrom", await answer.ShouldBeRefusedAsync(HttpStatusCode.BadGateway, "upstream-failed"), StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task Strangers_do_not_read_through_this_registry_unless_it_is_opened()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        await using var open = await RegistryApp.StartAsync([.. foreign.Settings, "--Assay:Upstream:Read=Public"]);

        using var refused = await app.GetAsync("/left-pad");
        var asked = foreign.Requests.Count;
        using var read = await open.GetAsync("/left-pad");

        await refused.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
        Assert.Equal(0, asked);
        await read.ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Attestations_are_passed_on_as_they_came()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("@types/x", "1.0.0"), change: version => version["dist"]!["attestations"] = new JsonObject
        {
            ["url"] = "https://elsewhere.example/-/npm/v1/attestations/@types%2fx@1.0.0",
            ["provenance"] = new JsonObject { ["predicateType"] = "https://slsa.dev/provenance/v1" },
        });
        foreign.Serve("/-/npm/v1/attestations/@types/x@1.0.0", """{"attestations":[{"predicateType":"https://slsa.dev/provenance/v1","bundle":{}}]}"""u8.ToArray());
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        var document = await app.PackumentAsync(alice, "@types/x");
        using var first = await app.GetAsync("/-/npm/v1/attestations/@types%2fx@1.0.0", alice);
        using var again = await app.GetAsync("/-/npm/v1/attestations/@types%2fx@1.0.0", alice);

        Assert.Equal($"{app.Url}-/npm/v1/attestations/@types%2fx@1.0.0", (string?)document["versions"]!["1.0.0"]!["dist"]!["attestations"]!["url"]);
        Assert.Single((JsonArray)(await first.ShouldBeAsync(HttpStatusCode.OK))["attestations"]!);
        await again.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(1, foreign.Asked("/-/npm/v1/attestations/@types/x@1.0.0"));
    }

    private static Task Breaking(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        return Task.CompletedTask;
    }
}
