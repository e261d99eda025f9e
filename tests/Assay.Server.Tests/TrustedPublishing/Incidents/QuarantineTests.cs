using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing.Incidents;

/// <summary>What is quarantined nobody reads, whoever asks and however they ask; and nothing of it is lost.</summary>
public sealed class QuarantineTests
{
    private const string Abbreviated = "application/vnd.npm.install-v1+json";
    private const string Bad = "200";

    [Theory]
    [InlineData("root")]
    [InlineData("alice")]
    [InlineData("bob")]
    public async Task No_document_shows_it_to_anybody(string reader)
    {
        await using var world = await WorldAsync();
        var token = await ReaderAsync(world, reader);

        await world.DeclaredAsync(Select.Run(Bad));

        foreach (var accept in new[] { Abbreviated, "application/json" })
        {
            var text = await TextAsync(world, "/@acme%2fhello", token, accept);
            Assert.DoesNotContain("1.1.0", text, StringComparison.Ordinal);
            Assert.Contains("\"latest\":\"1.0.0\"", text, StringComparison.Ordinal);
            Assert.DoesNotContain("next", text, StringComparison.Ordinal);
        }
        Assert.Equal("""{"latest":"1.0.0"}""", await TextAsync(world, "/-/package/@acme%2fhello/dist-tags", token));
        Assert.Equal("1.0.0", (string?)JsonNode.Parse(await TextAsync(world, "/@acme%2fhello/latest", token))!["version"]);
        await (await world.App.GetAsync("/@acme%2fhello/1.1.0", token)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "version-not-found");
        await (await world.App.GetAsync("/@acme%2fhello/next", token)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "version-not-found");
    }

    [Fact]
    public async Task Its_tarball_is_to_others_one_that_never_was_and_owners_are_told_of_the_incident()
    {
        await using var world = await WorldAsync();
        var (alice, bob) = (await ReaderAsync(world, "alice"), await ReaderAsync(world, "bob"));
        var tag = (await world.App.GetAsync("/@acme/hello/-/hello-1.1.0.tgz", bob)).Headers.ETag!;

        var incident = await world.DeclaredAsync(Select.Run(Bad));

        var hidden = await world.App.GetAsync("/@acme/hello/-/hello-1.1.0.tgz", bob, headers => headers.IfNoneMatch.Add(tag));
        var absent = await world.App.GetAsync("/@acme/hello/-/hello-1.1.1.tgz", bob);
        await hidden.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "version-not-found");
        Assert.Equal(await absent.Content.ReadAsStringAsync(), (await hidden.Content.ReadAsStringAsync()).Replace("1.1.0", "1.1.1", StringComparison.Ordinal));
        foreach (var told in new[] { alice, world.Administrator })
        {
            using var answer = await world.App.GetAsync("/@acme/hello/-/hello-1.1.0.tgz", told);
            Assert.Contains(incident, await answer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "quarantined"), StringComparison.Ordinal);
        }
    }

    // Neither an owner's nor an administrator's: whoever holds it is told no more than a stranger.
    [Theory]
    [InlineData("alice", """{"packages":["@acme/hello"]}""", "quarantined")]
    [InlineData("alice", """{"scopes":["@acme"]}""", "quarantined")]
    [InlineData("alice", """{"packages":["@acme/other"],"packages_and_scopes_permission":"read-write"}""", null)]
    [InlineData("alice", """{"scopes":["@other"],"packages_and_scopes_permission":"read-write"}""", null)]
    [InlineData("alice", """{"orgs":["acme"],"orgs_permission":"read-write"}""", null)]
    [InlineData("root", """{"packages":["@acme/other"],"packages_and_scopes_permission":"read-write"}""", null)]
    public async Task A_token_that_was_made_for_something_else_is_told_of_no_incident(string person, string wanted, string? told)
    {
        foreach (var (access, otherwise) in new[] { ("members", "not-found"), ("public", "version-not-found") })
        {
            await using var world = await WorldAsync("--Assay:Access:Ceiling=Public");
            var token = await world.App.TokenAsync(await ReaderAsync(world, person), JsonNode.Parse(wanted)!.AsObject());
            await (await world.App.SetAccessAsync(world.Administrator, TrustWorld.Package, access)).ShouldBeAsync(HttpStatusCode.OK);
            await world.DeclaredAsync(Select.Run(Bad), await world.App.SignedInAsync("second", isAdministrator: true));

            using var answer = await world.App.GetAsync("/@acme/hello/-/hello-1.1.0.tgz", token);
            using var absent = await world.App.GetAsync("/@acme/hello/-/hello-1.1.1.tgz", token);

            var text = await answer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, told ?? otherwise);
            Assert.Equal(told is null, text.Replace("1.1.0", "1.1.1", StringComparison.Ordinal) == (string?)(await absent.JsonAsync())["error"]);
        }
    }

    [Fact]
    public async Task The_run_itself_reads_it_no_more()
    {
        await using var world = await WorldAsync();
        var token = await world.ExchangedAsync(world.Github(new JsonObject { ["run_id"] = "201" }));

        await world.DeclaredAsync(Select.Run(Bad));

        Assert.DoesNotContain("1.1.0", await TextAsync(world, "/@acme%2fhello", token), StringComparison.Ordinal);
        await (await world.App.GetAsync("/@acme/hello/-/hello-1.1.0.tgz", token)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "version-not-found");
    }

    [Fact]
    public async Task A_copy_that_a_client_kept_is_no_longer_good_neither_by_tag_nor_by_date()
    {
        await using var world = await WorldAsync();
        using var kept = await ReadAsync(world, "/@acme%2fhello", world.Administrator, Abbreviated);
        world.App.Clock.Advance(TimeSpan.FromSeconds(2));

        var incident = await world.DeclaredAsync(Select.Run(Bad));

        await ShouldBeOtherAsync(world, kept);
        using var quarantined = await ReadAsync(world, "/@acme%2fhello", world.Administrator, Abbreviated);
        world.App.Clock.Advance(TimeSpan.FromSeconds(2));
        await (await world.UndoAsync(incident, await world.App.SignedInAsync("second", isAdministrator: true))).ShouldBeAsync(HttpStatusCode.OK);
        await ShouldBeOtherAsync(world, quarantined);
    }

    [Fact]
    public async Task The_readme_and_the_words_about_the_package_are_those_of_the_newest_that_is_left()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await PublishAsync(world, "100", "1.0.0", "good words");
        await PublishAsync(world, Bad, "1.1.0", "bad words");
        Assert.Contains("bad words", await TextAsync(world, "/@acme%2fhello", world.Administrator), StringComparison.Ordinal);

        await world.DeclaredAsync(Select.Run(Bad));

        var text = await TextAsync(world, "/@acme%2fhello", world.Administrator);
        Assert.DoesNotContain("bad words", text, StringComparison.Ordinal);
        Assert.Equal("good words", (string?)JsonNode.Parse(text)!["readme"]);
        Assert.Equal("good words", (string?)JsonNode.Parse(text)!["description"]);
    }

    [Fact]
    public async Task Latest_falls_back_to_the_newest_release_not_to_a_prerelease()
    {
        await using var world = await TrustWorld.WithPolicyAsync(null, "--Assay:TrustedPublishing:VersionsPerRun=10");
        foreach (var version in new[] { "1.10.0", "1.9.0", "2.0.0-rc.1" })
        {
            await world.PublishFromRunAsync("100", version);
        }
        await world.PublishFromRunAsync(Bad, "2.0.0");

        await world.DeclaredAsync(Select.Run(Bad));

        Assert.Equal("""{"latest":"1.10.0"}""", await TextAsync(world, "/-/package/@acme%2fhello/dist-tags", world.Administrator));
    }

    [Fact]
    public async Task With_all_its_versions_the_package_is_gone_for_readers()
    {
        await using var world = await WorldAsync();
        var bob = await ReaderAsync(world, "bob");
        var unknown = await TextAsync(world, "/@acme%2fhallo", bob);

        await world.DeclaredAsync(Select.Project());

        foreach (var path in new[] { "/@acme%2fhello", "/@acme%2fhello/latest", "/@acme%2fhello/1.0.0", "/@acme/hello/-/hello-1.0.0.tgz", "/-/package/@acme%2fhello/dist-tags" })
        {
            await (await world.App.GetAsync(path, bob)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        }
        Assert.Equal(unknown, (await TextAsync(world, "/@acme%2fhello", bob)).Replace("hello", "hallo", StringComparison.Ordinal));
        await (await world.App.GetAsync("/@acme/hello/-/hello-1.0.0.tgz", await ReaderAsync(world, "alice"))).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "quarantined");
    }

    [Fact]
    public async Task The_version_stays_taken_for_runs_and_people()
    {
        await using var world = await WorldAsync();
        await world.DeclaredAsync(Select.Run(Bad));
        var token = await world.ExchangedAsync(world.Github());

        var ofRun = await world.PublishAsync(token, "1.1.0");
        var ofPerson = await world.PublishAsync(world.Administrator, "1.1.0");

        await ofRun.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "version-exists");
        await ofPerson.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "version-exists");
    }

    [Fact]
    public async Task Sending_the_quarantined_publish_again_is_no_success()
    {
        await using var world = await WorldAsync();
        var alice = await world.App.SignedInAsync("alice-at-home");
        var package = new TestPackage("@acme/alices", "1.0.0");
        await world.App.PublishedAsync(alice, package);
        await world.App.PublishedAsync(alice, package);
        var now = world.App.Clock.GetUtcNow();
        await world.DeclaredAsync(Select.Window(now.AddSeconds(-1), now.AddSeconds(1)));
        var again = await package.PublishAsync(world.App, alice);

        await again.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "version-exists");
    }

    [Fact]
    public async Task The_run_that_published_it_is_not_told_of_success_again()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var token = await world.ExchangedAsync(world.Github(new JsonObject { ["run_id"] = Bad }));
        var document = new TestPackage(TrustWorld.Package, "1.0.0").Document();
        await (await world.App.PutAsync("/@acme%2fhello", token, document)).ShouldBeAsync(HttpStatusCode.Created);

        await world.DeclaredAsync(Select.Run(Bad));

        await (await world.App.PutAsync("/@acme%2fhello", token, document.DeepClone())).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "publish-token-expired");
    }

    [Fact]
    public async Task It_cannot_be_tagged_deprecated_or_unpublished()
    {
        await using var world = await WorldAsync();
        await world.DeclaredAsync(Select.Run(Bad));
        var before = await RowAsync(world);

        await (await world.App.PutAsync("/-/package/@acme%2fhello/dist-tags/old", world.Administrator, JsonValue.Create("1.1.0")))
            .ShouldBeRefusedAsync(HttpStatusCode.NotFound, "version-not-found");
        await (await world.App.PutAsync("/@acme%2fhello", world.Administrator, new JsonObject
        {
            ["versions"] = new JsonObject { ["1.1.0"] = new JsonObject { ["deprecated"] = "bad" } },
        })).ShouldBeAsync(HttpStatusCode.OK);
        var seen = await world.App.PackumentAsync(world.Administrator, TrustWorld.Package);
        await (await world.App.DeleteAsync($"/@acme%2fhello/-rev/{seen["_rev"]}", world.Administrator)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(before, await RowAsync(world));
        Assert.Equal(HttpStatusCode.NotFound, (await world.App.GetAsync("/@acme%2fhello", world.Administrator)).StatusCode);
    }

    [Fact]
    public async Task Its_bytes_stay_in_the_store()
    {
        await using var world = await WorldAsync();
        var files = world.App.StoredFiles();

        await world.DeclaredAsync(Select.Project());

        Assert.Equal(files, world.App.StoredFiles());
    }

    [Fact]
    public async Task Only_what_could_be_seen_is_unpublished_by_what_was_read()
    {
        await using var world = await WorldAsync();
        var before = await world.App.PackumentAsync(world.Administrator, TrustWorld.Package);
        var incident = await world.DeclaredAsync(Select.Run(Bad));
        var meanwhile = await world.App.PackumentAsync(world.Administrator, TrustWorld.Package);

        var old = await world.App.PutAsync($"/@acme%2fhello/-rev/{before["_rev"]}", world.Administrator, before);
        await (await world.UndoAsync(incident, await world.App.SignedInAsync("second", isAdministrator: true))).ShouldBeAsync(HttpStatusCode.OK);
        var blind = await world.App.PutAsync($"/@acme%2fhello/-rev/{meanwhile["_rev"]}", world.Administrator, meanwhile);

        await old.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "stale-revision");
        await blind.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "stale-revision");
        Assert.Equal(["1.0.0", "1.1.0"], await world.VisibleAsync());
    }

    [Fact]
    public async Task A_publish_meanwhile_becomes_the_latest()
    {
        await using var world = await WorldAsync();
        await world.DeclaredAsync(Select.Run(Bad));

        await world.PublishFromRunAsync("202", "1.1.1");

        Assert.Equal("""{"latest":"1.1.1"}""", await TextAsync(world, "/-/package/@acme%2fhello/dist-tags", world.Administrator));
    }

    /// <summary>Alice's package has 1.0.0 from run 100, and 1.1.0 from the bad run as latest and next.</summary>
    private static async Task<TrustWorld> WorldAsync(params string[] configuration)
    {
        var world = await TrustWorld.WithPolicyAsync(null, configuration);
        await world.PublishFromRunAsync("100", "1.0.0");
        await world.PublishFromRunAsync(Bad, "1.1.0");
        await (await world.App.PutAsync("/-/package/@acme%2fhello/dist-tags/next", world.Administrator, JsonValue.Create("1.1.0"))).ShouldBeAsync(HttpStatusCode.OK);
        return world;
    }

    /// <summary>Root is an administrator, alice an owner, bob somebody else.</summary>
    private static async Task<string> ReaderAsync(TrustWorld world, string name)
    {
        if (name == "root")
        {
            return world.Administrator;
        }
        var token = await world.App.SignedInAsync(name);
        if (name == "alice")
        {
            await world.OwnAsync(TrustWorld.Package, name);
        }
        return token;
    }

    private static async Task ShouldBeOtherAsync(TrustWorld world, HttpResponseMessage kept)
    {
        using var byTag = await ReadAsync(world, "/@acme%2fhello", world.Administrator, Abbreviated, kept.Headers.ETag!.Tag);
        using var byDate = await ReadAsync(world, "/@acme%2fhello", world.Administrator, Abbreviated, since: kept.Content.Headers.LastModified);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (byTag.StatusCode, byDate.StatusCode));
        Assert.NotEqual(await kept.Content.ReadAsStringAsync(), await byTag.Content.ReadAsStringAsync());
        Assert.NotNull(kept.Content.Headers.LastModified);
    }

    private static async Task PublishAsync(TrustWorld world, string run, string version, string words)
    {
        var token = await world.ExchangedAsync(world.Github(new JsonObject { ["run_id"] = run }));
        var package = new TestPackage(TrustWorld.Package, version)
        {
            Manifest = new JsonObject { ["description"] = words },
            Files = [("package/index.js", "1"), ("package/README.md", words)],
        };
        await (await package.PublishAsync(world.App, token)).ShouldBeAsync(HttpStatusCode.Created);
    }

    private static Task<string> RowAsync(TrustWorld world) => world.App.ReadAsync(async db =>
    {
        var row = await db.Versions.SingleAsync(found => found.Version == "1.1.0");
        return $"{row.QuarantinedBy} {row.RemovedAt} {row.Deprecated}";
    });

    private static async Task<string> TextAsync(TrustWorld world, string path, string token, string accept = "application/json")
    {
        using var answer = await ReadAsync(world, path, token, accept);
        return Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync());
    }

    private static Task<HttpResponseMessage> ReadAsync(
        TrustWorld world, string path, string token, string accept, string? tag = null, DateTimeOffset? since = null) =>
        world.App.GetAsync(path, token, headers =>
        {
            headers.TryAddWithoutValidation("Accept", accept);
            headers.IfModifiedSince = since;
            if (tag is not null)
            {
                headers.TryAddWithoutValidation("If-None-Match", tag);
            }
        });
}
