using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Pages.Packages;

/// <summary>Where a version came from, what is not as it was, and what of it is for members alone.</summary>
public sealed class VersionPageTests
{
    private const string Page = "/-/packages/@acme/hello/v/";
    private const string Repository = "secret-org/secret-repo";
    private const string Commit = "feedfacefeedfacefeedfacefeedfacefeedface";

    private static readonly JsonObject SecretRun = new()
    {
        ["repository"] = Repository,
        ["repository_id"] = "909090901",
        ["repository_owner_id"] = "808080802",
        ["repository_visibility"] = "private",
        ["workflow_file"] = "hidden-publish.yml",
        ["ref"] = "refs/tags/secret-tag",
        ["environment"] = "secret-environment",
        ["run_id"] = "7070707073",
        ["sha"] = Commit,
        ["actor"] = "secret-actor",
    };

    [Fact]
    public async Task It_shows_the_chain_from_the_source_to_the_log_with_links()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.PublishFromGithubAsync("1.0.0", new JsonObject { ["run_id"] = "4711" });
        var browser = await RootAsync(world);

        await browser.OpenAsync(Page + "1.0.0");

        var steps = browser.Document.QuerySelectorAll("ol.chain > li").Select(step => string.Join(' ', step.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).ToList();
        Assert.Equal(["Source", "Run", "Identity", "Publish", "Log"], browser.Document.QuerySelectorAll("ol.chain > li > strong").Select(step => step.TextContent));
        Assert.Matches("^Source octo-org/octo-repo commit [0-9a-f]{7,16}…? tag v1.2.3$", steps[0]);
        Assert.Matches("^Run GitHub Actions publish.yml run 4711 runner github-hosted$", steps[1]);
        Assert.Matches("^Identity issuer github policy [0-9a-f]{8}$", steps[2]);
        Assert.Contains("signed by SHA256:", steps[3]);
        Assert.Matches("^Log entry [0-9]+ 2 statements$", steps[4]);
        Assert.All(browser.Document.QuerySelectorAll("ol.chain > li"), step => Assert.Equal("good", step.ClassName));
        var policy = await world.App.ReadAsync(db => db.TrustPolicies.Select(row => row.Id).SingleAsync());
        Assert.NotNull(browser.Document.QuerySelector($"ol.chain a[href='/-/packages/@acme/hello/trust#policy-{policy}']"));
        Assert.Contains($"Policy {policy} let it publish.", browser.Text);
        Assert.NotNull(browser.Document.QuerySelector("a[href='/-/operator/incidents?kind=run&binding=github&project=74&run=4711']"));
        Assert.Equal("npm install @acme/hello@1.0.0", browser.Document.QuerySelector("#install")!.TextContent);
        var entry = browser.Document.QuerySelector("ol.chain a[href^='/-/log/entries/']")!.GetAttribute("href")!;
        await browser.OpenAsync(entry);
        Assert.Contains("@acme/hello@1.0.0", browser.Text);
    }

    [Fact]
    public async Task It_shows_every_claim_and_every_member_of_each_statement_with_what_it_means()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.PublishFromGithubAsync("1.0.0", new JsonObject { ["run_id"] = "4711" });
        var browser = await RootAsync(world);

        await browser.OpenAsync(Page + "1.0.0");

        var statements = browser.Document.QuerySelectorAll("div[aria-label='What the statement says']");
        Assert.Equal(2, statements.Length);
        var rows = statements.SelectMany(table => table.QuerySelectorAll("tbody tr")).ToList();
        var runner = Assert.Single(rows, row => row.QuerySelector("th code")!.TextContent.EndsWith("runner_environment", StringComparison.OrdinalIgnoreCase) || row.QuerySelector("td code")!.TextContent == "github-hosted");
        Assert.Equal("github-hosted", runner.QuerySelector("td code")!.TextContent);
        Assert.Contains(rows, row => row.QuerySelector(".hint") is { TextContent.Length: > 10 });
        Assert.Contains(rows, row => row.QuerySelectorAll("td")[1].TextContent != "the registry");
        Assert.Contains(rows, row => row.QuerySelector("td code")!.TextContent.Contains("octo-org/octo-repo", StringComparison.Ordinal));
        var claims = browser.Document.QuerySelectorAll("div[aria-label='Claims of the identity token'] tbody tr").ToDictionary(row => row.QuerySelector("th")!.TextContent, row => row.QuerySelector("td")!.TextContent);
        Assert.Equal("4711", claims["run_id"]);
        Assert.Equal("74", claims["repository_id"]);
        Assert.DoesNotContain("actor", claims.Keys);
        Assert.Contains("They were verified when the run asked to publish; personal ones were not kept.", browser.Text);
        Assert.Contains("assay verify @acme/hello@1.0.0 --registry", browser.Document.QuerySelector("#verify-assay")!.TextContent);
    }

    [Fact]
    public async Task It_says_what_is_not_as_it_was_with_the_version_before()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await (await world.WritePolicyForAsync(TrustWorld.Package, PolicyRequest.Github(with: policy => policy["fields"]!["workflow"] = "other.yml"))).ShouldBeAsync(HttpStatusCode.Created);
        await world.PublishFromGithubAsync("1.0.0");
        await PublishNextAsync(world, "1.0.1", []);
        await PublishNextAsync(world, "1.1.0", new JsonObject { ["workflow_file"] = "other.yml", ["runner_environment"] = "self-hosted" });
        await PublishNextAsync(world, "1.2.0", null);
        var browser = await RootAsync(world);

        Assert.Contains("Nothing in who published it, from where, and what runs at an install.", await TextAsync(browser, "1.0.1"));
        await browser.OpenAsync(Page + "1.1.0");
        var moved = Changes(browser);
        await browser.OpenAsync(Page + "1.2.0");
        var byHand = Changes(browser);

        Assert.Contains("Workflow | publish.yml | other.yml", moved);
        Assert.Contains("Runner | github-hosted | self-hosted", moved);
        Assert.Contains(moved, change => change.StartsWith("Trust policy |", StringComparison.Ordinal));
        Assert.Contains("Published by look at this | a CI run, by trusted publishing | a person", byHand);
        Assert.Contains("Provenance look at this | yes | no", byHand);
        Assert.Contains("Script postinstall look at this | none | node evil.js", byHand);
        Assert.Contains("root published it by hand. Nothing is proved about how it was built.", browser.Text);
        Assert.Equal("warn", browser.Document.QuerySelector("ol.chain > li")!.ClassName);
        await browser.OpenAsync("/-/packages/@acme/hello/versions");
        Assert.Equal(["by hand", "provenance", "provenance", "provenance"], browser.Document.QuerySelectorAll("tbody tr td:nth-of-type(3) .mark").Select(mark => mark.TextContent));
    }

    [Fact]
    public async Task The_marks_on_top_are_those_of_the_version_that_is_shown()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await PublishNextAsync(world, "1.0.0", []);
        await PublishNextAsync(world, "1.1.0", null);
        var document = await world.App.PackumentAsync(world.Administrator, TrustWorld.Package);
        document["versions"]!["1.1.0"]!["deprecated"] = "It is wrong.";
        await (await world.App.PutAsync("/@acme%2fhello", world.Administrator, document)).ShouldBeAsync(HttpStatusCode.OK);
        var browser = await RootAsync(world);

        await browser.OpenAsync(Page + "1.0.0");
        Assert.Equal(["for members", "provenance"], Marks(browser));
        Assert.Contains("The latest version is 1.1.0.", browser.Text);
        await browser.OpenAsync(Page + "1.1.0");
        Assert.Equal(["for members", "by hand", "deprecated"], Marks(browser));
        Assert.DoesNotContain("The latest version is", browser.Text);

        static List<string> Marks(Browser browser) => [.. browser.Document.QuerySelectorAll("main > .row:first-child .mark").Select(mark => mark.TextContent)];
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stranger_of_a_public_package_sees_nothing_of_a_private_repository_in_any_page(bool isShown)
    {
        await using var world = await PublicAsync();
        await PublishNextAsync(world, "1.0.0", SecretRun);
        await PublishNextAsync(world, "1.1.0", SecretRun);
        await PublishNextAsync(world, "1.2.0", null);
        if (isShown)
        {
            await (await world.App.PutAsync("/-/assay/v1/package/@acme%2fhello/provenance", world.Administrator, new JsonObject { ["showsSource"] = true })).ShouldBeAsync(HttpStatusCode.OK);
        }
        var (nobody, root) = (new Browser(world.App), await RootAsync(world));

        var found = await FoundInAsync(world, nobody);

        Assert.Equal(isShown, found.Count > 0);
        Assert.True(isShown || found.Count == 0, string.Join('\n', found));
        Assert.True((await FoundInAsync(world, root)).Count > 5);
        var version = await TextAsync(nobody, "1.1.0");
        Assert.Equal(!isShown, version.Contains("A CI run published it, from a repository that is private. Members of this registry see which.", StringComparison.Ordinal));
        Assert.Equal(isShown, version.Contains(Repository, StringComparison.Ordinal));
        Assert.Equal(isShown, version.Contains("Changed since 1.0.0", StringComparison.Ordinal));
        Assert.Equal(isShown, (await TextAsync(nobody, "1.2.0")).Contains("Changed since 1.1.0", StringComparison.Ordinal));
        Assert.Contains("Changed since 1.1.0", await TextAsync(root, "1.2.0"));
        await nobody.OpenAsync("/-/packages/@acme/hello/versions");
        Assert.Equal(isShown ? ["by hand", "provenance", "provenance"] : ["by hand", "from CI", "from CI"], nobody.Document.QuerySelectorAll("tbody tr td:nth-of-type(3) .mark").Select(mark => mark.TextContent));
    }

    [Fact]
    public async Task The_source_of_a_public_repository_is_for_everybody()
    {
        await using var world = await PublicAsync();
        var run = (JsonObject)SecretRun.DeepClone();
        run["repository_visibility"] = "public";
        await PublishNextAsync(world, "1.0.0", run);
        var nobody = new Browser(world.App);

        Assert.Contains(Repository, await TextAsync(nobody, "1.0.0"));
        await nobody.OpenAsync("/-/packages/@acme/hello/versions");
        Assert.Equal(["provenance"], nobody.Document.QuerySelectorAll("tbody tr td:nth-of-type(3) .mark").Select(mark => mark.TextContent));
        await nobody.OpenAsync("/-/packages/@acme/hello");
        Assert.Contains(Repository, nobody.Text);
    }

    private static async Task<TrustWorld> PublicAsync()
    {
        var world = await TrustWorld.StartAsync(["--Assay:Access:Read=Public", "--Assay:Access:Ceiling=Public"]);
        await (await world.WritePolicyForAsync(TrustWorld.Package, PolicyRequest.Github(with: policy =>
        {
            policy["fields"]!["repository"] = Repository;
            policy["fields"]!["workflow"] = "hidden-publish.yml";
            policy["fields"]!["environment"] = "secret-environment";
        }))).ShouldBeAsync(HttpStatusCode.Created);
        return world;
    }

    /// <summary>From a run with these claims; by hand and with a script that runs at an install for null.</summary>
    private static async Task PublishNextAsync(TrustWorld world, string version, JsonObject? run)
    {
        world.App.Clock.Advance(TimeSpan.FromMinutes(1));
        if (run is not null)
        {
            // A run publishes once.
            var claims = (JsonObject)run.DeepClone();
            claims["run_id"] = (claims["run_id"] ?? "4700000000") + version[2..3];
            await world.PublishFromGithubAsync(version, claims);
            return;
        }
        await world.App.ReadAsync(db => db.Packages.ExecuteUpdateAsync(set => set.SetProperty(row => row.MayLoseProvenance, true).SetProperty(row => row.Lock, "tokens-allowed")));
        await world.App.PublishedAsync(world.Administrator, new TestPackage(TrustWorld.Package, version) { Manifest = new JsonObject { ["scripts"] = new JsonObject { ["postinstall"] = "node evil.js" } } });
    }

    /// <summary>Which page shows which of the run's claims, of all that a visitor can open about the package.</summary>
    private static async Task<IReadOnlyList<string>> FoundInAsync(TrustWorld world, Browser browser)
    {
        string[] secrets = [.. SecretRun.Where(claim => claim.Key is not ("repository_visibility" or "actor")).Select(claim => (string)claim.Value!), "secret-", Commit[..7]];
        var leaves = await world.App.ReadAsync(db => db.LogLeaves.CountAsync());
        var pages = (await PageRoute.AllAsync(world.App)).Where(page => page.IsRead && (page.IsOfPackage || page.Parameters.Count == 0)).Select(page => page.AddressOf(TrustWorld.Package));
        string[] more =
        [
            Page + "1.1.0", Page + "1.2.0", "/-/packages/@acme/hello/files/1.1.0", "/-/packages/@acme/hello/compare/1.0.0/1.1.0", "/-/packages/@acme/hello/compare/1.1.0/1.2.0", "/-/search?q=hello",
            "/-/log?find=@acme/hello", .. Enumerable.Range(0, leaves).Select(index => $"/-/log/entries/{index}"),
        ];
        List<string> found = [];
        foreach (var address in pages.Concat(more))
        {
            Look(address, await browser.OpenAsync(address));
        }
        await browser.OpenAsync(Page + "1.1.0");
        Look("verified", await browser.SubmitAsync("Verify"));
        return found;

        void Look(string address, string page) =>
            found.AddRange(secrets.Where(secret => page.Contains(secret, StringComparison.OrdinalIgnoreCase)).Select(secret => $"{address}: {secret}"));
    }

    private static async Task<Browser> RootAsync(TrustWorld world)
    {
        var browser = new Browser(world.App);
        await browser.SignInAsync("root");
        return browser;
    }

    private static async Task<string> TextAsync(Browser browser, string version)
    {
        await browser.OpenAsync(Page + version);
        return browser.Text;
    }

    private static List<string> Changes(Browser browser) =>
    [
        .. browser.Document.QuerySelectorAll("section[aria-labelledby=changes] tbody tr").Select(row =>
            string.Join(" | ", row.Children.Select(cell => string.Join(' ', cell.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))))),
    ];
}
