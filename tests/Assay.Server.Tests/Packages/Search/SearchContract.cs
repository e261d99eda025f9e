using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Packages;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Assay.Server.Tests.Packages.Search.Searching;

namespace Assay.Server.Tests.Packages.Search;

/// <summary>What is found and in which order, on whichever database. One subclass a database runs all of it.</summary>
public abstract class SearchContract : IAsyncLifetime
{
    private TrustWorld world = null!;
    private string alice = null!;

    private RegistryApp App => world.App;

    private protected abstract Task<string[]> DatabaseAsync();

    public async ValueTask InitializeAsync()
    {
        world = await TrustWorld.StartAsync(await DatabaseAsync());
        alice = await App.SignedInAsync("alice");
    }

    public async ValueTask DisposeAsync()
    {
        await world.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_npm_asks_for_is_answered_in_full()
    {
        await App.PublishedAsync(alice, Package("@acme/left-pad", "Pads a text", "0.3.0", manifest =>
        {
            manifest["keywords"] = Texts("pad", "Text Tools");
            manifest["repository"] = "octo-org/left-pad";
        }));
        await App.PublishedAsync(alice, Package("user", with: manifest => manifest["dependencies"] = new JsonObject { ["@acme/left-pad"] = "^0.3.0" }));

        var answer = await App.SearchAsync(alice, "left-pad", "&size=20&from=0&quality=0.65&popularity=0.98&maintenance=0.5");

        var found = answer["objects"]![0]!;
        var package = found["package"]!;
        Assert.Equal(["objects", "total", "time"], answer.Keys());
        Assert.Equal(["package", "score", "searchScore", "downloads", "dependents", "updated", "flags"], found.Keys());
        Assert.Equal(["name", "version", "description", "keywords", "date", "license", "sanitized_name", "links", "publisher", "maintainers"], package.Keys());
        Assert.Equal(("@acme/left-pad", "0.3.0", "Pads a text", "MIT"), ((string)package["name"]!, (string)package["version"]!, (string)package["description"]!, (string)package["license"]!));
        Assert.Equal("""["pad","Text Tools"]""", package["keywords"]!.ToJsonString());
        Assert.Equal("""[{"username":"alice","email":"alice@example.test"}]""", package["maintainers"]!.ToJsonString());
        Assert.Equal("""{"username":"alice","email":"alice@example.test"}""", package["publisher"]!.ToJsonString());
        Assert.EndsWith($"/-/packages/{(string)package["name"]!}", (string)package["links"]!["npm"]!, StringComparison.Ordinal);
        Assert.Equal("https://github.com/octo-org/left-pad", (string)package["links"]!["repository"]!);
        Assert.Equal("https://github.com/octo-org/left-pad/issues", (string)package["links"]!["bugs"]!);
        Assert.Equal((string)(await App.PackumentAsync(alice, "@acme/left-pad"))["time"]!["0.3.0"]!, (string)package["date"]!);
        Assert.Equal("1", (string)found["dependents"]!);
        Assert.Equal("""{"insecure":0,"unstable":true}""", found["flags"]!.ToJsonString());
    }

    [Theory]
    [InlineData("@acme/left-pad")]
    [InlineData("left-pad")]
    [InlineData("pad")]
    [InlineData("LeftPad")]
    [InlineData("acme")]
    [InlineData("indent columns")]
    [InlineData("col ind")]
    [InlineData("spaces")]
    [InlineData("whiten")]
    [InlineData("alice")]
    [InlineData("größe")]
    public async Task It_is_found_by_every_word_of_it_and_by_beginnings(string text)
    {
        var package = Package("@acme/left-pad", "Indents columns; Größe zählt", with: manifest => manifest["keywords"] = Texts("spaces"));
        await App.PublishedAsync(alice, package with { Files = [("package/README.md", "# Whitening\nfor all")] });
        await App.PublishedAsync(world.Administrator, Package("else", "Something"));

        Assert.Equal(["@acme/left-pad"], await App.FoundAsync(alice, text));
        Assert.Empty(await App.FoundAsync(alice, text + " unheard-of"));
    }

    [Fact]
    public async Task The_name_counts_before_the_text_and_what_is_deprecated_comes_last()
    {
        await App.PublishedAsync(alice, Package("z-react-z"));
        await App.PublishedAsync(alice, Package("reaction"));
        await App.PublishedAsync(alice, Package("@acme/react"));
        await App.PublishedAsync(alice, Package("react"));
        await App.PublishedAsync(alice, Package("b-text", "for react"));
        await App.PublishedAsync(alice, Package("a-text", "for react"));
        await App.PublishedAsync(alice, Package("react-old"));
        await DeprecateAsync("react-old");

        var found = await App.FoundAsync(alice, "react");
        Assert.Equal(["react", "@acme/react", "reaction", "z-react-z", "a-text", "b-text", "react-old"], found);
        Assert.Equal<string[]>(found, [.. await App.FoundAsync(alice, "react", "&size=3"), .. await App.FoundAsync(alice, "react", "&size=3&from=3"), .. await App.FoundAsync(alice, "react", "&size=3&from=6")]);
        Assert.Equal(7, (int)(await App.SearchAsync(alice, "react", "&size=1&from=100"))["total"]!);
        Assert.Equal(["@acme/react", "react", "reaction"], (await App.FoundAsync(alice, "react boost-exact:false"))[..3].Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("scope:acme", "@acme/a", "@acme/b")]
    [InlineData("scope:@acme", "@acme/a", "@acme/b")]
    [InlineData("scope:acm")]
    [InlineData("author:jane", "c")]
    [InlineData("maintainer:root", "c")]
    [InlineData("maintainer:alice", "@acme/a", "@acme/b", "d")]
    [InlineData("keywords:x", "@acme/a", "@acme/b")]
    [InlineData("keywords:X,z", "@acme/a", "@acme/b", "c")]
    [InlineData("keywords:x+y", "@acme/a")]
    [InlineData("keywords:x,-y", "@acme/b")]
    [InlineData("keywords:-y", "@acme/b", "c", "d")]
    [InlineData("keywords:two,words")]
    [InlineData("not:unstable", "@acme/a", "@acme/b", "c")]
    [InlineData("is:unstable", "d")]
    [InlineData("is:insecure")]
    [InlineData("not:insecure", "@acme/a", "@acme/b", "c", "d")]
    [InlineData("keywords:x acme scope:acme not:unstable maintainer:alice", "@acme/a", "@acme/b")]
    [InlineData("something:else")]
    public async Task Qualifiers_narrow_what_is_found(string text, params string[] names)
    {
        await App.PublishedAsync(alice, Package("@acme/a", with: manifest => manifest["keywords"] = Texts("x", "y")));
        await App.PublishedAsync(alice, Package("@acme/b", with: manifest => manifest["keywords"] = Texts("x", "two words")));
        await App.PublishedAsync(world.Administrator, Package("c", with: manifest => (manifest["author"], manifest["keywords"]) = ("Jane Doe <jane@example.test>", Texts("z"))));
        await App.PublishedAsync(alice, Package("d", version: "0.1.0"));

        Assert.Equal(names, (await App.FoundAsync(alice, text)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_published_tagged_and_unpublished_is_found_so_by_the_next_request()
    {
        await App.PublishedAsync(alice, Package("x", "first"));
        Assert.Equal(["x"], await App.FoundAsync(alice, "first"));

        await App.PublishedAsync(alice, Package("x", "second", "2.0.0", manifest => manifest["dependencies"] = new JsonObject { ["y"] = "1" }));
        Assert.Equal(["x"], await App.FoundAsync(alice, "second"));
        Assert.Empty(await App.FoundAsync(alice, "first"));

        await (await world.TagAsync(alice, "latest", "1.0.0", "x")).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(["x"], await App.FoundAsync(alice, "first"));
        Assert.Empty(await App.ReadAsync(db => db.Dependencies.ToListAsync()));

        await (await world.UnpublishAsync(alice, "1.0.0", "x")).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(["x"], await App.FoundAsync(alice, "second"));
        await (await world.UnpublishAsync(alice, "2.0.0", "x")).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Empty(await App.FoundAsync(alice, "x"));
        Assert.Empty(await App.FoundAsync(alice, "scope:x not:unstable"));
        Assert.Empty(await App.ReadAsync(db => db.Dependencies.ToListAsync()));

        await App.PublishedAsync(alice, Package("x", "third", "3.0.0"));
        Assert.Equal(["x"], await App.FoundAsync(alice, "third"));
    }

    [Fact]
    public async Task What_is_quarantined_is_not_found_until_that_is_undone()
    {
        var second = await App.SignedInAsync("second", isAdministrator: true);
        await App.PublishedAsync(world.Administrator, Package("@acme/x", "good"));
        await App.PublishedAsync(alice, Package("lonely", "evil"));
        await (await App.PutAsync("/-/package/@acme%2fx/owners", world.Administrator, new JsonObject { ["user"] = "alice" })).ShouldBeAsync(HttpStatusCode.OK);
        await App.PublishedAsync(alice, Package("@acme/x", "evil", "1.1.0"));
        Assert.Equal(["@acme/x", "lonely"], (await App.FoundAsync(second, "evil")).Order(StringComparer.Ordinal));

        var incident = await world.DeclaredAsync(Select.Person("alice"));

        Assert.Empty(await App.FoundAsync(second, "evil"));
        Assert.Equal(["@acme/x"], await App.FoundAsync(second, "good"));
        await (await world.UndoAsync(incident, second)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(["@acme/x", "lonely"], (await App.FoundAsync(second, "evil")).Order(StringComparer.Ordinal));
        Assert.Empty(await App.FoundAsync(second, "good"));
    }

    [Fact]
    public async Task An_owner_is_found_as_soon_as_they_are_one()
    {
        await App.SignedInAsync("bob");
        await App.PublishedAsync(alice, Package("x"));
        Assert.Empty(await App.FoundAsync(alice, "bob"));

        await (await App.PutAsync("/-/package/x/owners", alice, new JsonObject { ["user"] = "bob" })).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(["x"], await App.FoundAsync(alice, "bob"));
        Assert.Equal(["x"], await App.FoundAsync(alice, "maintainer:bob"));
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("' OR 1=1 --")]
    [InlineData("\"a\" NEAR \"b\"")]
    [InlineData("a NEAR/2 b AND NOT (c OR d)")]
    [InlineData("name:x* ^a {name readme}: b")]
    [InlineData("*")]
    [InlineData("a:* & !b | c <-> d")]
    [InlineData("\\ \\' '' ''' 'a':1A")]
    [InlineData("%_[]?")]
    [InlineData("日本語 Ελληνικά العربية हिन्दी 𝒳𝒴 👍🏽 ﷽ ẞ İ ı")]
    [InlineData("a\0b\u0001\u001f\u007f\u200b\u202e\ufeff\uffff")]
    [InlineData("1e5 -3.14 0x1F 1.2.3 user@example.test https://example.test/a?b=c")]
    [InlineData("keywords:,,++--,-,+ author:\" maintainer:' scope:% keywords:%_\\")]
    [InlineData("scope:@ author:! is:x not:y boost-exact:")]
    [InlineData("author:!")]
    public async Task Whatever_is_typed_is_looked_for_and_nothing_else(string text)
    {
        await App.PublishedAsync(alice, Package("other", "thing"));

        Assert.Empty(await App.FoundAsync(alice, text));
    }

    [Fact]
    public async Task Every_character_can_be_typed()
    {
        await App.PublishedAsync(alice, Package("other", "thing"));
        var characters = Enumerable.Range(1, 0x2FFF).Concat([0x10400, 0x1F600, 0x20000, 0x10FFFF]).Select(char.ConvertFromUtf32).ToList();

        foreach (var some in characters.Chunk(16))
        {
            await App.SearchAsync(alice, "qq" + string.Join(" qq", some));
            await App.SearchAsync(alice, string.Join(' ', some));
        }
    }

    [Fact]
    public async Task Whatever_was_published_is_kept_and_found()
    {
        var strange = "a\0b 'q' \"z\" \\ 👍🏽 𝒳 日本語 " + new string('w', 300) + string.Concat(Enumerable.Repeat(" many", 3_000));
        await App.PublishedAsync(alice, Package("x", strange, with: manifest => manifest["keywords"] = Texts("' \\ \" \n", strange)) with
        {
            Files = [("package/README.md", string.Join(' ', Enumerable.Range(0, 20_000).Select(number => $"r{number} {strange[..30]}")))],
        });

        Assert.Equal(["x"], await App.FoundAsync(alice, "日本"));
        Assert.Equal(["x"], await App.FoundAsync(alice, new string('w', 300)));
        Assert.Equal(["x"], await App.FoundAsync(alice, "r7 many z"));
        Assert.Empty(await App.FoundAsync(alice, "r19999"));
    }

    [Fact]
    public async Task A_long_text_is_cut()
    {
        await App.PublishedAsync(alice, Package("other", "thing"));

        Assert.Empty(await App.FoundAsync(alice, new string('a', 5_000)));
        Assert.Empty(await App.FoundAsync(alice, string.Concat(Enumerable.Repeat("q ", 1_500))));
        Assert.Equal(["other"], await App.FoundAsync(alice, "thing".PadRight(600) + "nothing"));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("&size=0", 0)]
    [InlineData("&size=-1", 1)]
    [InlineData("&size=x", 1)]
    [InlineData("&size=99999999999", 1)]
    [InlineData("&size=1000", 1)]
    [InlineData("&from=-1", 1)]
    [InlineData("&from=1", 0)]
    [InlineData("&from=2147483647", 0)]
    public async Task Sizes_are_bounded(string more, int found)
    {
        await App.PublishedAsync(alice, Package("other", "thing"));

        var answer = await App.SearchAsync(alice, "thing", more);

        Assert.Equal((found, 1), (answer["objects"]!.AsArray().Count, (int)answer["total"]!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?size=20")]
    public async Task Without_a_text_it_says_so(string query)
    {
        using var answer = await App.GetAsync("/-/v1/search" + query, alice);

        var said = await answer.ShouldBeAsync(HttpStatusCode.BadRequest);
        Assert.Equal(("'text' query parameter is required", "ERR_TEXT_MISSING"), ((string)said["error"]!, (string)said["code"]!));
    }

    [Fact]
    public async Task Dependents_are_told_with_what_they_take_and_how()
    {
        static Action<JsonObject> Needing(string map, string range) => manifest => manifest[map] = new JsonObject { ["base"] = range };
        await App.PublishedAsync(alice, Package("base"));
        await App.PublishedAsync(alice, Package("a", "first", with: Needing("dependencies", "^1.0.0")));
        await App.PublishedAsync(alice, Package("b", with: Needing("peerDependencies", ">=1")));
        await App.PublishedAsync(alice, Package("c", with: Needing("optionalDependencies", "1")));
        await App.PublishedAsync(alice, Package("d", with: Needing("devDependencies", "1")));
        await App.PublishedAsync(alice, Package("e", with: Needing("dependencies", "1")));
        await App.PublishedAsync(alice, Package("e", version: "2.0.0"));
        var (list, caller) = (App.Services.GetRequiredService<ListDependents>(), await App.CallerAsync(alice));

        var all = await list.RunAsync(Parsed("base"), 0, 10, caller, CancellationToken.None);
        var page = await list.RunAsync(Parsed("base"), 1, 1, caller, CancellationToken.None);

        Assert.Equal([new Dependent("a", "1.0.0", "^1.0.0", "runtime", "first"), new Dependent("b", "1.0.0", ">=1", "peer", null), new Dependent("c", "1.0.0", "1", "optional", null)], all!.Packages);
        Assert.Equal((3, 3, "b"), (all.Total, page!.Total, Assert.Single(page.Packages).Package));
        Assert.Equal(0, (await list.RunAsync(Parsed("a"), 0, 10, caller, CancellationToken.None))!.Total);
        Assert.Null(await list.RunAsync(Parsed("nobodys"), 0, 10, caller, CancellationToken.None));
    }

    [Fact]
    public async Task The_newest_publishes_come_first_and_say_who_and_how()
    {
        await world.TrustGithubAsync();
        await App.PublishedAsync(alice, Package("x", "first"));
        App.Clock.Advance(TimeSpan.FromSeconds(1));
        await world.PublishFromGithubAsync("1.0.0");
        App.Clock.Advance(TimeSpan.FromSeconds(1));
        await App.PublishedAsync(alice, Package("x", "second", "0.9.0"));
        await App.PublishedAsync(alice, Package("x", version: "3.0.0"));
        await (await world.UnpublishAsync(alice, "3.0.0", "x")).ShouldBeAsync(HttpStatusCode.OK);
        var (recent, caller) = (App.Services.GetRequiredService<RecentPublishes>(), await App.CallerAsync(alice));

        var all = await recent.RunAsync(10, caller, CancellationToken.None);

        Assert.Equal([("x", "0.9.0", "second"), (TrustWorld.Package, "1.0.0", null), ("x", "1.0.0", "first")], all.Select(publish => (publish.Package, publish.Version, publish.Description)));
        Assert.Equal([false, true, false], all.Select(publish => publish.IsTrusted));
        Assert.Equal(("alice", "github"), (all[0].Publisher, all[1].TrustedPublisher));
        Assert.StartsWith("GitHub Actions", all[1].Publisher, StringComparison.Ordinal);
        Assert.Equal(App.Clock.GetUtcNow().ToUnixTimeMilliseconds(), all[0].PublishedAt.ToUnixTimeMilliseconds());
        Assert.Equal(all.Take(1), await recent.RunAsync(1, caller, CancellationToken.None));
    }

    // Registries are listed so by whoever takes them over.
    [Theory]
    [InlineData("")]
    [InlineData(" \t ")]
    public async Task Of_an_empty_text_everything_is_found(string text)
    {
        await App.PublishedAsync(alice, Package("b", "thing"));
        await App.PublishedAsync(alice, Package("a", "thing"));

        Assert.Equal(["a", "b"], await App.FoundAsync(alice, text));
        Assert.Equal(["b"], await App.FoundAsync(alice, text, "&from=1"));
    }

    private async Task DeprecateAsync(string name)
    {
        using var answer = await world.DeprecateAsync(alice, "old", name);
        await answer.ShouldBeAsync(HttpStatusCode.OK);
    }
}
