using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Pages.Operator;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Pages.Packages;

/// <summary>What publishers and their CI wrote is shown on a package's pages, and does nothing.</summary>
public sealed class HostilePackageTests
{
    private const string Package = "/-/packages/@acme/hello";
    private const string OddFile = "\"><script>alert(1).js";

    private static readonly string[] Files = ["<img src=x onerror=alert(1)>.js", OddFile, "javascript:alert(1).gif", "'onmouseover='alert(1)'.txt", "a&quot;b{{c}}.js"];

    [Fact]
    public async Task No_page_of_a_package_runs_what_strangers_wrote()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await PublishAsync(world, "1.0.0-x---y.0+z", "before");
        world.App.Clock.Advance(TimeSpan.FromMinutes(1));
        await PublishAsync(world, "1.1.0", Inert.Hostile);
        await world.App.PublishedAsync(world.Administrator, new TestPackage("@acme/needs", "1.0.0")
        {
            Manifest = new JsonObject { ["description"] = Inert.Hostile, ["dependencies"] = new JsonObject { ["@acme/hello"] = Inert.Hostile } },
        });
        await SpoilAsync(world);
        var browser = new Browser(world.App);
        await browser.SignInAsync("root");
        List<string> shown = [];

        foreach (var address in await AddressesAsync(world, browser))
        {
            await browser.OpenAsync(address);
            Assert.True((int)browser.Status < 500, $"{address} answered {browser.Status}");
            Inert.ShouldBe(browser.Document);
            Assert.DoesNotContain("unsafe", browser.ContentPolicy);
            if (browser.Document.Body!.TextContent.Contains("alert(1)", StringComparison.Ordinal))
            {
                shown.Add(address);
            }
        }
        await browser.OpenAsync($"{Package}/v/1.1.0");
        await browser.SubmitAsync("Verify");

        Inert.ShouldBe(browser.Document);
        Assert.Superset(
            new HashSet<string> { "/", "/-/search?q=hello", Package, $"{Package}/versions", $"{Package}/v/1.1.0", $"{Package}/files/1.1.0", $"{Package}/compare/1.0.0-x---y.0/1.1.0", $"{Package}/dependents" },
            shown.ToHashSet());
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("JaVaScRiPt:alert(1)//https://acme.example/")]
    [InlineData("\u0001javascript:alert(1)")]
    [InlineData("java\tscript:alert(1)")]
    [InlineData("data:text/html,<script>alert(1)</script>")]
    [InlineData("vbscript:msgbox(1)")]
    [InlineData("https://user@evil.example/")]
    [InlineData("git+javascript:alert(1)")]
    public async Task An_address_that_leads_to_no_web_page_is_no_link(string address)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0")
        {
            Manifest = new JsonObject { ["homepage"] = address, ["repository"] = new JsonObject { ["url"] = address }, ["bugs"] = new JsonObject { ["url"] = address } },
            Files = [("package/README.md", $"[one](<{address}>) <a href=\"{address}\">two</a> ![three](<{address}>)")],
        });
        var browser = new Browser(app);
        await browser.SignInAsync("alice");

        await browser.OpenAsync("/-/packages/@acme/x");

        Assert.Equal(HttpStatusCode.OK, browser.Status);
        Assert.Contains("one", browser.Text);
        Inert.ShouldBe(browser.Document);
        Assert.Empty(browser.Document.QuerySelectorAll("main aside a[rel]"));
    }

    [Fact]
    public async Task Hostile_names_of_branches_and_environments_come_through_an_exchange_as_text()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var run = new JsonObject { ["ref"] = "refs/heads/<img/src=x/onerror=alert(1)>", ["environment"] = Inert.Hostile };
        using var answer = await world.ExchangeAsync(world.Github(run));
        var browser = new Browser(world.App);
        await browser.SignInAsync("root");
        await world.SettledAsync();
        if (answer.StatusCode is HttpStatusCode.Created)
        {
            await (await world.PublishAsync((string)(await answer.ShouldBeAsync(HttpStatusCode.Created))["token"]!, "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);
        }

        foreach (var address in new[] { $"{Package}/trust", $"{Package}/trust/attempts", $"{Package}/trust/attempts/1", $"{Package}/v/1.0.0", Package })
        {
            await browser.OpenAsync(address);
            Inert.ShouldBe(browser.Document);
        }
        await browser.OpenAsync($"{Package}/trust/attempts/1");
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        Assert.True(browser.Text.Contains("alert(1)", StringComparison.Ordinal), browser.Text);
    }

    private static async Task PublishAsync(TrustWorld world, string version, string text)
    {
        var package = new TestPackage(TrustWorld.Package, version)
        {
            Manifest = new JsonObject
            {
                ["description"] = text,
                ["license"] = text,
                ["keywords"] = new JsonArray(text, "javascript:alert(1)"),
                ["homepage"] = $"https://acme.example/{text}",
                ["repository"] = new JsonObject { ["url"] = "javascript:alert(1)", ["directory"] = text },
                ["bugs"] = new JsonObject { ["url"] = "javascript:alert(1)", ["email"] = text },
                ["author"] = new JsonObject { ["name"] = text, ["url"] = "javascript:alert(1)" },
                ["dependencies"] = new JsonObject { ["a"] = text, [text] = text, ["b"] = "javascript:alert(1)" },
                ["scripts"] = new JsonObject { ["postinstall"] = text, [text] = text },
                ["bin"] = new JsonObject { ["x"] = "index.js" },
            },
            Files = [.. Files.Select(file => ($"package/{file}", $"{text}\n{file}")), ("package/index.js", text), ("package/README.md", $"# {text}\n\n{text}\n\n<svg onload=alert(1)>")],
        };
        await (await package.PublishAsync(world.App, await world.ExchangedAsync(world.Github()))).ShouldBeAsync(HttpStatusCode.Created);
        var document = await world.App.PackumentAsync(world.Administrator, TrustWorld.Package);
        document["versions"]![version.Split('+')[0]]!["deprecated"] = text;
        await (await world.App.PutAsync("/@acme%2fhello", world.Administrator, document)).ShouldBeAsync(HttpStatusCode.OK);
    }

    /// <summary>As no honest registry would store it: every text of a run and of its statements is hostile.</summary>
    private static Task<bool> SpoilAsync(TrustWorld world) => world.CommitAsync(async commit =>
    {
        foreach (var version in await commit.Db.Versions.AsTracking().Where(row => row.Version == "1.1.0").ToListAsync())
        {
            (version.PublisherName, version.Workflow, version.RunId, version.ApproverName) = (Inert.Hostile, Inert.Hostile, Inert.Hostile, Inert.Hostile);
            var run = JsonNode.Parse(version.RunJson!)!.AsObject();
            Spoil(run["claims"]!.AsObject());
            version.RunJson = run.ToJsonString();
            foreach (var statement in await commit.Db.Attestations.AsTracking().Where(row => row.VersionId == version.Id).ToListAsync())
            {
                var json = JsonNode.Parse(statement.Statement!)!.AsObject();
                Spoil(json["predicate"]!.AsObject());
                statement.Statement = Encoding.UTF8.GetBytes(json.ToJsonString());
            }
        }
        commit.Db.DistTags.Add(new DistTagRow { PackageId = (await commit.Db.Packages.SingleAsync(row => row.Name == TrustWorld.Package)).Id, Tag = Inert.Hostile, Version = "1.1.0" });
        commit.Changed(PackageDocuments.ChangePrefix + TrustWorld.Package);
        return true;
    });

    private static void Spoil(JsonObject json)
    {
        foreach (var (name, value) in json.ToList())
        {
            if (value is JsonObject inner)
            {
                Spoil(inner);
            }
            else if (value is JsonArray list)
            {
                list.OfType<JsonObject>().ToList().ForEach(Spoil);
            }
            else if (name is not ("provider" or "iss") && value is JsonValue text && text.TryGetValue<string>(out _))
            {
                json[name] = Inert.Hostile;
            }
        }
    }

    /// <summary>Every page of the package for both versions, and where it is listed; and each file.</summary>
    private static async Task<IReadOnlyList<string>> AddressesAsync(TrustWorld world, Browser browser)
    {
        await browser.OpenAsync($"{Package}/files/1.1.0");
        var files = browser.Document.QuerySelectorAll("tbody th a").Select(link => link.GetAttribute("href")!).ToList();
        Assert.Equal(Files.Length + 3, files.Count);
        return
        [
            .. (await PageRoute.AllAsync(world.App)).Where(page => page is { IsOfPackage: true, IsRead: true }).Select(page => page.AddressOf(TrustWorld.Package)),
            Package, $"{Package}/versions", $"{Package}/dependents", "/", "/-/search?q=hello", "/-/search?q=" + Uri.EscapeDataString(Inert.Hostile),
            .. new[] { "1.0.0-x---y.0", "1.1.0", Uri.EscapeDataString(Inert.Hostile) }.SelectMany(version => new[] { $"{Package}/v/{version}", $"{Package}/files/{version}" }),
            $"{Package}/compare/1.0.0-x---y.0/1.1.0", $"{Package}/compare/{Uri.EscapeDataString(Inert.Hostile)}/1.1.0", $"{Package}/compare/1.0.0-x---y.0/1.1.0?path=" + Uri.EscapeDataString(OddFile),
            $"{Package}/files/1.1.0?path=" + Uri.EscapeDataString(Inert.Hostile), .. files,
        ];
    }
}
