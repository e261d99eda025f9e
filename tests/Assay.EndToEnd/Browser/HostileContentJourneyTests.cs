using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;
using Microsoft.Playwright;

namespace Assay.EndToEnd.Browser;

/// <summary>What strangers write is looked at by people who may do things: it stays text, and nobody hears that it was looked at.</summary>
public sealed class HostileContentJourneyTests(SharedChromium chromium)
{
    private const string Package = "@acme/trojan";
    private const string Act = "window.pwned=1;alert(1)";
    private const string Image = $"<img src=x onerror={Act}>";
    private const string Breakout = $"\"'><script>{Act}</script>";

    private const string Readme = $"""
        # Trojan {Image}

        <script>{Act}</script><script src="https://evil.example/x.js"></script>
        <svg onload="{Act}"><a xlink:href="javascript:{Act}">svg</a></svg>
        <iframe srcdoc="<script>parent.{Act}</script>"></iframe><iframe src="https://evil.example/"></iframe>
        <style>@import 'https://evil.example/x.css';</style><base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">
        <form action="https://evil.example/"><input name=q autofocus onfocus="{Act}"><button>send</button></form>

        [press me](javascript:{Act}) [me](JaVaScRiPt&colon;{Act}) [and me](data:text/html,<script>{Act}</script>) <a href="javascript:{Act}" onclick="{Act}">or me</a>

        ![](https://evil.example/pixel.png) <img src="https://evil.example/pixel.gif" onload="{Act}"> ![x](x"onerror="{Act})

        ```{Breakout}
        {Breakout}
        ```
        """;

    [Fact]
    public async Task A_package_that_is_full_of_script_is_read_as_text()
    {
        await using var world = await World.StartAsync(World.Unhindered);
        await PublishAsync(world, "1.0.0");
        await PublishAsync(world, "1.0.1");
        await using var visit = await Visit.BeginAsync(chromium, world.Server.Url);
        await visit.SignInAsync(World.Member);

        var of = $"-/packages/{Package}";
        foreach (var page in new[] { "", "-/search", of, $"{of}/versions", $"{of}/v/1.0.1", $"{of}/files/1.0.1", $"{of}/compare/1.0.0/1.0.1", $"{of}/dependents" })
        {
            await visit.GoAsync(page);
            await ShouldBeInertAsync(visit);
        }
        await visit.GoAsync($"{of}/files/1.0.1");
        await visit.FollowAsync($"{Image}.js");
        await visit.SeeAsync(Act);
        await ShouldBeInertAsync(visit);
        await visit.FindAsync(Breakout);
        await visit.SeeAsync(Breakout);
        await ShouldBeInertAsync(visit);
        visit.ShouldBeQuiet();
    }

    [Fact]
    public async Task A_run_whose_claims_are_full_of_script_is_looked_at_as_text()
    {
        await using var world = await World.StartAsync(World.Unhindered);
        await world.TrustGithubAsync(Package, "acme/trojan");
        var claims = new JsonObject { ["repository"] = "mallory/trojan", ["workflow"] = Image, ["environment"] = Image, ["ref"] = $"refs/heads/{Image}", ["actor"] = Breakout };
        Assert.NotEqual(0, (await world.PublishAsync(new SamplePackage(Package, "1.0.0"), world.Ci.StartGithub(claims))).ExitCode);
        await using var visit = await Visit.BeginAsync(chromium, world.Server.Url);
        await visit.SignInAsync(World.Administrator);

        await visit.GoAsync($"-/packages/{Package}/trust/attempts");
        await ShouldBeInertAsync(visit);
        await visit.Main.Locator("tbody a").First.ClickAsync();
        await visit.Main.GetByText("All that it presented").ClickAsync();
        await visit.SeeAsync(Image);
        await ShouldBeInertAsync(visit);
        foreach (var page in new[] { $"-/packages/{Package}/trust", $"-/packages/{Package}/trust/lint", "-/operator", "-/operator/audit", "-/operator/charts", "-/log" })
        {
            await visit.GoAsync(page);
            await ShouldBeInertAsync(visit);
        }
        visit.ShouldBeQuiet();
    }

    /// <summary>Published by npm as it is, with hostile text wherever a package has text.</summary>
    private static async Task PublishAsync(World world, string version)
    {
        using var npm = await world.MemberAsync();
        using var checkout = new TemporaryFolder();
        var manifest = new JsonObject
        {
            ["name"] = Package,
            ["version"] = version,
            ["description"] = $"{version} {Breakout} {Image}",
            ["keywords"] = new JsonArray(Image, Breakout, "javascript:alert(1)"),
            ["homepage"] = $"javascript:{Act}",
            ["license"] = Breakout,
            ["author"] = $"{Image} <{Breakout}>",
            ["bugs"] = new JsonObject { ["url"] = $"javascript:{Act}" },
            ["repository"] = new JsonObject { ["type"] = "git", ["url"] = $"javascript:{Act}//github.com/acme/trojan" },
        };
        await WriteAsync(checkout, "package.json", manifest.ToJsonString());
        await WriteAsync(checkout, "README.md", $"{Readme}\n{version}\n");
        await WriteAsync(checkout, $"{Image}.js", $"/* {Breakout} {version} */ {Act}");
        await WriteAsync(checkout, "javascript:alert(1)", $"{Image} {version}");
        (await npm.RunAsync(checkout.Path, "publish")).ShouldSucceed();
    }

    private static Task WriteAsync(TemporaryFolder folder, string name, string text) =>
        File.WriteAllTextAsync(Path.Combine(folder.Path, name), text, TestContext.Current.CancellationToken);

    /// <summary>Nothing ran, nothing that came from outside is an element that could, and the page is still one for everybody.</summary>
    private static async Task ShouldBeInertAsync(Visit visit)
    {
        await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        Assert.Equal("undefined", await visit.Page.EvaluateAsync<string>("typeof window.pwned"));
        Assert.Equal(0, await visit.Main.Locator("script, iframe, object, embed, base, meta, style, svg a, img[src='x']").CountAsync());
        Assert.Empty(await visit.Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).filter(a => /^on/i.test(a.name) || /^(href|src|action|formaction|xlink:href)$/i.test(a.name) && !/^(https?:|[\\/#?.]|$)/i.test(a.value.trim())).map(a => a.name + '=' + a.value)"));
        await visit.ShouldBeForEverybodyAsync();
    }
}
