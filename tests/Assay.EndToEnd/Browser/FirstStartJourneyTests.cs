using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assay.EndToEnd.Harness;
using Microsoft.Playwright;

namespace Assay.EndToEnd.Browser;

/// <summary>From a server that nobody has seen to a version that a run published without a token: by clicks, in a real browser.</summary>
public sealed class FirstStartJourneyTests(SharedChromium chromium)
{
    private const string Package = "@acme/hello";
    private const string Repository = "acme/hello";

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task The_first_start_ends_in_a_publish_without_a_token()
    {
        await using var world = await World.StartEmptyAsync();
        await using var visit = await Visit.BeginAsync(chromium, world.Server.Url);
        await visit.GetAuthenticatorAsync();
        var code = await SetupCodeAsync(world);
        var began = Stopwatch.GetTimestamp();

        await BecomeAdministratorAsync(visit, code);
        await MakePasskeyAsync(visit);
        await TrustIssuerAsync(visit, world.Ci.Github);
        await WritePolicyAsync(visit);
        await SeeWorkflowAsync(visit);
        var took = Stopwatch.GetElapsedTime(began);
        (await world.PublishAsync(new SamplePackage(Package, "1.0.0"), world.Ci.StartGithub(new JsonObject { ["repository"] = Repository }))).ShouldSucceed();
        await visit.FollowAsync("To the start");
        await visit.Main.GetByRole(AriaRole.Link, new() { Name = $"{Package} 1.0.0" }).ClickAsync();

        var chain = visit.Main.GetByRole(AriaRole.List, new() { Name = "From the source to the log" });
        foreach (var origin in new[] { Repository, "publish.yml", "issuer github", "signed by", "entry" })
        {
            await Assertions.Expect(chain).ToContainTextAsync(origin);
        }
        Assert.True(took < Longest, $"It took {took} from the first page to the workflow.");
        await visit.ShouldBeForEverybodyAsync();
        visit.ShouldBeQuiet();
    }

    private static async Task<string> SetupCodeAsync(World world)
    {
        var printed = new Regex(@"The setup code is (\S+)");
        await Until.TrueAsync(() => Task.FromResult(printed.IsMatch(world.Server.Log)), "The server prints a setup code");

        return printed.Match(world.Server.Log).Groups[1].Value;
    }

    private static async Task BecomeAdministratorAsync(Visit visit, string code)
    {
        await visit.GoAsync("");
        await visit.ShouldBeForEverybodyAsync();
        await visit.FollowAsync("Set it up");
        await visit.ShouldBeForEverybodyAsync();
        await visit.Page.GetByLabel("Setup code").FillAsync(code);
        await visit.Page.GetByLabel("User name").FillAsync(World.Administrator);
        await visit.Page.GetByLabel("E-mail").FillAsync("root@example.test");
        await visit.Page.GetByLabel("Password").FillAsync(World.PasswordOf(World.Administrator));
        await visit.PressAsync("Make me the administrator");
    }

    private static async Task MakePasskeyAsync(Visit visit)
    {
        await visit.SeeAsync("A second factor");
        await visit.Page.GetByLabel("Name of a new passkey").FillAsync("laptop");
        await visit.Main.Locator("form[data-make]").GetByLabel("Your password").FillAsync(World.PasswordOf(World.Administrator));
        await visit.PressAsync("Add a passkey");
        await visit.SeeAsync("Recovery codes");
        await visit.ShouldBeForEverybodyAsync();
        await visit.FollowAsync("Go on: your CI");
    }

    /// <summary>The step takes the issuers that everybody has; one on plain http is trusted where issuers are at home.</summary>
    private static async Task TrustIssuerAsync(Visit visit, Uri issuer)
    {
        await visit.SeeAsync("Trust its issuer");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Operator" }).ClickAsync();
        await visit.Main.GetByRole(AriaRole.Navigation, new() { Name = "Operator" }).GetByRole(AriaRole.Link, new() { Name = "Issuers" }).ClickAsync();
        await visit.FollowAsync("Trust another issuer");
        await visit.FollowAsync("GitHub Actions");
        await visit.Main.GetByRole(AriaRole.Textbox, new() { NameRegex = new("^Issuer") }).FillAsync(issuer.OriginalString);
        await visit.Main.GetByRole(AriaRole.Textbox, new() { NameRegex = new("^What it may publish") }).FillAsync("@acme/*");
        await visit.Page.GetByLabel("Allow plain http").CheckAsync();
        await visit.PressAsync("Trust this issuer with a passkey");
        await visit.SeeAsync(issuer.OriginalString);
        await visit.ShouldBeForEverybodyAsync();
    }

    private static async Task WritePolicyAsync(Visit visit)
    {
        await visit.GoAsync("-/setup/issuer");
        await visit.SeeAsync("Trusted");
        await visit.FollowAsync("Go on: who may publish");
        await visit.Page.GetByLabel("Package", new() { Exact = true }).FillAsync(Package);
        await visit.PressAsync("Write its policy");
        await visit.Page.GetByLabel("repository", new() { Exact = true }).FillAsync(Repository);
        await visit.Page.GetByLabel("workflow", new() { Exact = true }).FillAsync("publish.yml");
        await visit.PressAsync("See what it says");
        await visit.SeeAsync("The job's files");
        await visit.ShouldBeForEverybodyAsync();
        await visit.PressAsync("Write the policy with a passkey");
    }

    private static async Task SeeWorkflowAsync(Visit visit)
    {
        await visit.SeeAsync("No secret is stored anywhere");
        await visit.SeeAsync(".github/workflows/publish.yml");
        await visit.SeeAsync("id-token: write");
        await visit.SeeAsync("npm publish");
        await visit.ShouldBeForEverybodyAsync();
    }
}
