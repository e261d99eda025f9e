using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;
using Assay.EndToEnd.People;
using Microsoft.Playwright;

namespace Assay.EndToEnd.Browser;

/// <summary>From a refusal to a policy, and from a staged version to one that is there: by clicks, in a real browser.</summary>
public sealed class TrustJourneyTests(SharedChromium chromium)
{
    private const string Package = "@acme/booster";

    [Fact]
    public async Task An_owner_makes_a_policy_of_a_refused_run_and_the_run_publishes()
    {
        await using var world = await World.StartAsync(World.Unhindered);
        await world.TrustGithubAsync(Package, "acme/booster");
        var moved = new JsonObject { ["repository"] = "acme/moved" };
        Assert.NotEqual(0, (await world.PublishAsync(new SamplePackage(Package, "1.0.0"), world.Ci.StartGithub(moved))).ExitCode);
        await using var visit = await Visit.BeginAsync(chromium, world.Server.Url);
        await visit.SignInAsync(World.Administrator);
        await visit.GoAsync($"-/packages/{Package}/trust/attempts");

        await visit.Main.Locator("tbody a").First.ClickAsync();
        await Assertions.Expect(visit.Main).ToContainTextAsync("What the job was told");
        await visit.ShouldBeForEverybodyAsync();
        await visit.Main.GetByRole(AriaRole.Link, new() { Name = "Look at the policy" }).ClickAsync();
        await Assertions.Expect(visit.Page.GetByLabel("repository", new() { Exact = true })).ToHaveValueAsync("acme/moved");
        await visit.Main.GetByRole(AriaRole.Button, new() { Name = "See what it says" }).ClickAsync();
        await Assertions.Expect(visit.Main).ToContainTextAsync("What it says");
        await visit.ShouldBeForEverybodyAsync();
        await visit.Main.GetByRole(AriaRole.Button, new() { Name = "Write the policy", Exact = true }).ClickAsync();
        await Assertions.Expect(visit.Main).ToContainTextAsync("The policy is written");

        (await world.PublishAsync(new SamplePackage(Package, "1.0.1"), world.Ci.StartGithub(moved))).ShouldSucceed();
        visit.ShouldBeQuiet();
    }

    [Fact]
    public async Task Somebody_else_approves_a_staged_version_with_a_passkey()
    {
        await using var world = await World.StartAsync(World.Unhindered);
        await world.PublishedByMemberAsync(Package, "1.0.0");
        using var npm = await Organisation.NpmAsync(world, "12", world.MemberToken);
        using var checkout = new TemporaryFolder();
        new SamplePackage(Package, "1.1.0").WriteTo(checkout.Path);
        (await npm.RunAsync(checkout.Path, "stage", "publish")).ShouldSucceed();
        await using var visit = await Visit.BeginAsync(chromium, world.Server.Url);
        await visit.GetAuthenticatorAsync();
        await visit.SignInAsync(World.Administrator);
        await visit.AddPasskeyAsync(World.Administrator);
        await visit.GoAsync("-/stages");

        await visit.Main.GetByRole(AriaRole.Link, new() { Name = $"{Package} 1.1.0" }).ClickAsync();
        await Assertions.Expect(visit.Main).ToContainTextAsync("Against 1.0.0");
        await visit.ShouldBeForEverybodyAsync();
        await visit.Main.GetByRole(AriaRole.Button, new() { Name = "Approve 1.1.0 with a passkey" }).ClickAsync();

        await Assertions.Expect(visit.Main).ToContainTextAsync("Approved and published");
        Assert.Contains("1.1.0", await world.VersionsAsync(Package));
        visit.ShouldBeQuiet();
    }
}
