using Assay.EndToEnd.Harness;
using Microsoft.Playwright;

namespace Assay.EndToEnd.Browser;

/// <summary>A package for members: nothing to strangers, and a sign-in away from its readers.</summary>
public sealed class PrivatePackageJourneyTests(SharedChromium chromium)
{
    private const string Package = "@acme/payload";

    [Fact]
    public async Task A_stranger_learns_nothing_of_it_and_reads_it_after_signing_in()
    {
        await using var world = await World.StartAsync(World.Unhindered);
        await PublishAsync(world);
        await using var visit = await Visit.BeginAsync(chromium, world.Server.Url);

        await BeStrangerAsync(visit);
        await SignInWhereAskedAsync(visit);
        await ReadAsync(visit);
        await CompareAsync(visit);

        visit.ShouldBeQuiet();
    }

    private static async Task PublishAsync(World world)
    {
        using var npm = await world.MemberAsync();
        foreach (var (version, script) in new[] { ("1.0.0", null), ("1.1.0", "node build.js") })
        {
            using var checkout = new TemporaryFolder();
            var readme = $"# Payload\n\nWeighs {version} tons, and *flies*.\n";
            new SamplePackage(Package, version) { Description = "What is carried", Readme = readme, InstallScript = script }.WriteTo(checkout.Path);
            (await npm.RunAsync(checkout.Path, "publish")).ShouldSucceed();
        }
    }

    private static async Task BeStrangerAsync(Visit visit)
    {
        await visit.GoAsync("");
        await Assertions.Expect(visit.Main).Not.ToContainTextAsync(Package);
        await visit.FindAsync("payload");
        await visit.SeeAsync("No package that you may read has payload.");
        await visit.ShouldBeForEverybodyAsync();
        await visit.GoAsync($"-/packages/{Package}", 404);
        await visit.SeeAsync($"{Package} is not here, or you have no access to it.");
        await visit.ShouldBeForEverybodyAsync();
    }

    /// <summary>The link of the page that was not there leads to the sign-in, and that back to the page.</summary>
    private static async Task SignInWhereAskedAsync(Visit visit)
    {
        await visit.FollowAsync("Sign in to see more");
        await visit.Page.GetByLabel("User name").FillAsync(World.Member);
        await visit.Page.GetByLabel("Password").FillAsync(World.PasswordOf(World.Member));
        await visit.PressAsync("Sign in");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(Package);
        await visit.FindAsync("payload");
        await visit.FollowAsync(Package);
    }

    private static async Task ReadAsync(Visit visit)
    {
        await Assertions.Expect(visit.Main.GetByRole(AriaRole.Region, new() { Name = "Readme" })).ToContainTextAsync("Weighs 1.1.0 tons, and flies.");
        await Tab(visit, "Files").ClickAsync();
        await visit.FollowAsync("index.js");
        await visit.SeeAsync($"module.exports = '{Package}@1.1.0';");
        await visit.ShouldBeForEverybodyAsync();
    }

    private static async Task CompareAsync(Visit visit)
    {
        await Tab(visit, "Versions").ClickAsync();
        await visit.Page.GetByLabel("Before").SelectOptionAsync("1.0.0");
        await visit.Page.GetByLabel("Now").SelectOptionAsync("1.1.0");
        await visit.PressAsync("Compare");

        await visit.SeeAsync("From 1.0.0 to 1.1.0");
        await visit.SeeAsync("now runs a script when it is installed");
        var readme = visit.Main.GetByRole(AriaRole.Region, new() { Name = "Lines of README.md" });
        await Assertions.Expect(readme.Locator("tr.removed")).ToContainTextAsync("Weighs 1.0.0 tons");
        await Assertions.Expect(readme.Locator("tr.added")).ToContainTextAsync("Weighs 1.1.0 tons");
        await visit.ShouldBeForEverybodyAsync();
    }

    private static ILocator Tab(Visit visit, string name) => visit.Main.GetByRole(AriaRole.Navigation, new() { Name = Package }).GetByRole(AriaRole.Link, new() { Name = name });
}
