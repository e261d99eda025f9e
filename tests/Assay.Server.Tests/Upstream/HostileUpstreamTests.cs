using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Upstream;

/// <summary>Upstreams that break, lie or flood: a clear answer, nothing wrong in the cache, and a good answer once they behave.</summary>
public sealed class HostileUpstreamTests
{
    private const string Tarball = "/left-pad/-/left-pad-1.0.0.tgz";

    [Fact]
    public async Task Bytes_that_are_not_the_promised_ones_are_neither_served_nor_kept()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        var good = foreign.Add(new TestPackage("left-pad", "1.0.0"));
        foreign.Serve(Tarball, new TestPackage("left-pad", "1.0.0") { Files = [("package/index.js", "steal()")] }.Tarball());
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        using var lied = await app.GetAsync(Tarball, alice);
        var kept = await app.ReadAsync(db => db.UpstreamTarballs.CountAsync());
        foreign.Serve(Tarball, good);
        using var honest = await app.GetAsync(Tarball, alice);

        Assert.Contains("integrity-mismatch", await lied.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-as-promised"), StringComparison.Ordinal);
        Assert.Equal(0, kept);
        Assert.Equal(good, await honest.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_signature_that_is_wrong_keeps_the_bytes_away()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"), change: version => version["dist"]!["signatures"] = new JsonArray(foreign.Signature("something else")));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.GetAsync(Tarball, alice);

        Assert.Contains("bad-signature", await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-as-promised"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_whose_promise_changes_is_not_served_any_more()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        (await app.GetAsync(Tarball, alice)).Dispose();
        foreign.Add(new TestPackage("left-pad", "1.0.0") { Files = [("package/index.js", "steal()")] });
        app.Clock.Advance(TimeSpan.FromMinutes(6));

        using var answer = await app.GetAsync(Tarball, alice);

        Assert.Contains("changed-upstream", await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-as-promised"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_without_any_digest_is_not_served()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"), isSigned: false, change: version =>
        {
            version["dist"]!.AsObject().Remove("integrity");
            version["dist"]!.AsObject().Remove("shasum");
        });
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.GetAsync(Tarball, alice);

        Assert.Contains("no-integrity", await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-as-promised"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_old_version_with_nothing_but_a_sha1_is_compared_with_that()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        var good = foreign.Add(new TestPackage("left-pad", "1.0.0"), isSigned: false, change: version => OnlySha1(foreign, version, (string)version["dist"]!["shasum"]!));
        foreign.Add(new TestPackage("left-pad", "1.0.1"), isSigned: false, change: version => OnlySha1(foreign, version, new string('a', 40)));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        using var right = await app.GetAsync(Tarball, alice);
        using var wrong = await app.GetAsync("/left-pad/-/left-pad-1.0.1.tgz", alice);

        Assert.Equal(good, await right.Content.ReadAsByteArrayAsync());
        await wrong.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-as-promised");
    }

    // npm signs what it makes of the shasum.
    private static void OnlySha1(ForeignRegistry foreign, JsonObject version, string shasum)
    {
        var dist = version["dist"]!.AsObject();
        dist.Remove("integrity");
        dist["shasum"] = shasum;
        dist["signatures"] = new JsonArray(foreign.Signature($"{version["name"]}@{version["version"]}:sha1-{Convert.ToBase64String(Convert.FromHexString(shasum))}"));
    }

    public static TheoryData<string> Documents => new()
    {
        "", "[]", "null", "{", """{"name":"right-pad","versions":{}}""", """{"versions":{}}""", """{"name":"left-pad","versions":{"1.0.0":{"name":"left-pad"}}""",
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task A_document_that_is_none_is_a_clear_answer_and_is_not_kept(string text)
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Instead = context => context.Response.WriteAsync(text);
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.GetAsync("/left-pad", alice);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadGateway, "upstream-failed");
        Assert.Equal(0, await app.ReadAsync(db => db.UpstreamPackages.CountAsync()));
    }

    [Theory]
    [InlineData("""{"name":"left-pad","versions":{"1.0.0":{"name":"other","version":"1.0.0","dist":{"tarball":"x"}}}}""")]
    [InlineData("""{"name":"left-pad","versions":{"1.0.0":{"name":"left-pad","version":"2.0.0","dist":{"tarball":"x"}}}}""")]
    [InlineData("""{"name":"left-pad","versions":{"../../x":{"name":"left-pad","version":"../../x","dist":{"tarball":"x"}}}}""")]
    [InlineData("""{"name":"left-pad","versions":{"1.0.0":{"name":"left-pad","version":"1.0.0","dist":[]}}}""")]
    [InlineData("""{"name":"left-pad","versions":{"1.0.0":null},"dist-tags":{"latest":"1.0.0"}}""")]
    [InlineData("""{"name":"left-pad","versions":[1,2],"dist-tags":7,"time":"x"}""")]
    [InlineData("""{"name":"left-pad","versions":{"1.0.0":{"name":"left-pad","version":"1.0.0","dist":{"tarball":"y"},"dist":{"tarball":"x"}}}}""")]
    public async Task A_version_that_is_none_is_left_out(string text)
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Instead = context => context.Response.WriteAsync(text);
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        var document = await app.PackumentAsync(alice, "left-pad");

        Assert.Empty(document["versions"].Keys());
        Assert.Empty(document["dist-tags"].Keys());
    }

    [Fact]
    public async Task A_connection_that_drops_in_the_middle_leaves_nothing_behind()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        var good = foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        await app.PackumentAsync(alice, "left-pad");
        foreign.Instead = async context =>
        {
            context.Response.ContentLength = good.Length;
            await context.Response.Body.WriteAsync(good.AsMemory(0, good.Length / 2));
            await context.Response.Body.FlushAsync();
            context.Abort();
        };

        using var dropped = await app.GetAsync(Tarball, alice);
        foreign.Instead = null;
        using var whole = await app.GetAsync(Tarball, alice);

        await dropped.ShouldBeRefusedAsync(HttpStatusCode.BadGateway, "upstream-failed");
        Assert.DoesNotContain(app.StoredFiles(), file => file.Contains("/staging/", StringComparison.Ordinal));
        Assert.Equal(good, await whole.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_body_that_pauses_for_long_is_given_up()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync([.. foreign.Settings, "--Assay:Upstream:PauseSeconds=1"]);
        var alice = await app.SignedInAsync("alice");
        await app.PackumentAsync(alice, "left-pad");
        var ended = new TaskCompletionSource();
        foreign.Instead = async context =>
        {
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        };

        using var answer = await app.GetAsync(Tarball, alice);
        ended.SetResult();

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadGateway, "upstream-failed");
    }

    [Theory]
    [InlineData("--Assay:Upstream:MaximumTarballBytes=1024", true)]
    [InlineData("--Assay:Upstream:MaximumTarballBytes=1024", false)]
    public async Task More_than_is_taken_is_left_with_or_without_a_length(string limit, bool saysLength)
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync([.. foreign.Settings, limit]);
        var alice = await app.SignedInAsync("alice");
        await app.PackumentAsync(alice, "left-pad");
        foreign.Instead = async context =>
        {
            context.Response.ContentLength = saysLength ? 500_000_000 : null;
            for (var sent = 0; sent < 500_000_000 && !context.RequestAborted.IsCancellationRequested; sent += 100_000)
            {
                await context.Response.Body.WriteAsync(new byte[100_000], context.RequestAborted);
            }
        };

        using var answer = await app.GetAsync(Tarball, alice);

        Assert.Contains("1024", await answer.ShouldBeRefusedAsync(HttpStatusCode.BadGateway, "upstream-failed"), StringComparison.Ordinal);
        Assert.DoesNotContain(app.StoredFiles(), file => file.Contains("/staging/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(302)]
    public async Task An_error_of_theirs_is_not_a_missing_package_here(int status)
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Instead = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "http://169.254.169.254/latest";
            return Task.CompletedTask;
        };
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.GetAsync("/left-pad", alice);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadGateway, "upstream-failed");
    }

    [Theory]
    [InlineData("{\"attestations\":[],\"attestations\":[{}]}")]
    [InlineData("{\"attestations\":[{\"predicateType\":\"\\ud800\"}]}")]
    public async Task Attestations_that_are_none_are_a_clear_answer_and_are_not_kept(string text)
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"), change: version => version["dist"]!["attestations"] = new JsonObject
        {
            ["url"] = "https://elsewhere.example/-/npm/v1/attestations/left-pad@1.0.0",
            ["provenance"] = new JsonObject { ["predicateType"] = "https://slsa.dev/provenance/v1" },
        });
        foreign.Serve("/-/npm/v1/attestations/left-pad@1.0.0", System.Text.Encoding.UTF8.GetBytes(text));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.GetAsync("/-/npm/v1/attestations/left-pad@1.0.0", alice);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadGateway, "upstream-failed");
        Assert.Equal(0, await app.ReadAsync(db => db.UpstreamAttestations.CountAsync()));
    }

    [Theory]
    [InlineData("{\"keys\":[],\"keys\":[]}")]
    [InlineData("{\"keys\":[{\"keyid\":\"\\ud800\"}]}")]
    public async Task Keys_that_are_none_keep_no_document_away(string text)
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        foreign.First = async context =>
        {
            if (context.Request.Path != "/-/npm/v1/keys")
            {
                return false;
            }
            await context.Response.WriteAsync(text);
            return true;
        };
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        var document = await app.PackumentAsync(alice, "left-pad");

        Assert.Equal(["1.0.0"], document["versions"].Keys());
        Assert.Equal(1, foreign.Asked("/-/npm/v1/keys"));
        Assert.Equal(0, await app.ReadAsync(db => db.UpstreamKeys.CountAsync()));
    }

    [Fact]
    public async Task A_redirect_to_what_is_no_address_is_a_clear_answer()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Instead = context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (302, "//[");
            return Task.CompletedTask;
        };
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.GetAsync("/left-pad", alice);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadGateway, "upstream-failed");
    }

    [Fact]
    public async Task A_name_that_it_does_not_have_is_not_asked_for_again_at_once()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        for (var time = 0; time < 5; time++)
        {
            (await app.GetAsync("/nobody-has-it", alice)).Dispose();
        }
        foreign.Add(new TestPackage("nobody-has-it", "1.0.0"));
        app.Clock.Advance(TimeSpan.FromSeconds(61));

        using var found = await app.GetAsync("/nobody-has-it", alice);

        await found.ShouldBeReadAsync();
        Assert.Equal(2, foreign.Asked("/nobody-has-it"));
    }

    [Fact]
    public async Task After_a_long_failure_what_is_in_the_cache_is_served_without_waiting_again()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        foreign.Add(new TestPackage("right-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        await app.PackumentAsync(alice, "left-pad");
        await app.PackumentAsync(alice, "right-pad");
        app.Clock.Advance(TimeSpan.FromMinutes(6));
        foreign.Instead = context =>
        {
            // It takes its time to fail.
            app.Clock.Advance(TimeSpan.FromSeconds(20));
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        await app.PackumentAsync(alice, "left-pad");
        var asked = foreign.Requests.Count;

        await app.PackumentAsync(alice, "right-pad");

        Assert.Equal(asked, foreign.Requests.Count);
    }

    [Fact]
    public async Task A_time_of_far_away_is_no_failure()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        foreign.Add(new TestPackage("left-pad", "2.0.0"), DateTimeOffset.MaxValue);
        await using var app = await RegistryApp.StartAsync([.. foreign.Settings, "--Assay:Upstream:Guards:MinimumAgeHours=24"]);
        var alice = await app.SignedInAsync("alice");

        Assert.Equal(["1.0.0"], (await app.PackumentAsync(alice, "left-pad"))["versions"].Keys());
    }

    [Fact]
    public async Task Another_registry_under_the_same_name_is_asked_anew()
    {
        using var folder = new TemporaryFolder();
        await using var first = await ForeignRegistry.StartAsync();
        await using var second = await ForeignRegistry.StartAsync();
        first.Add(new TestPackage("left-pad", "1.0.0"));
        second.Add(new TestPackage("left-pad", "2.0.0"));
        string alice;
        await using (var before = await RegistryApp.StartAsync(first.Settings, folder.Path))
        {
            alice = await before.SignedInAsync("alice");
            await before.PackumentAsync(alice, "left-pad");
        }
        await using var app = await RegistryApp.StartAsync(second.Settings, folder.Path);

        Assert.Equal(["2.0.0"], (await app.PackumentAsync(alice, "left-pad"))["versions"].Keys());
    }
}
