using Assay.EndToEnd.Harness;
using Microsoft.Playwright;

namespace Assay.EndToEnd.Browser;

/// <summary>A token for one package: looked at, made, used and revoked.</summary>
public sealed class TokenJourneyTests(SharedChromium chromium)
{
    private const string Own = "@acme/parachute";
    private const string Other = "@acme/heatshield";

    [Fact]
    public async Task A_token_publishes_the_one_package_that_it_was_made_for_until_it_is_revoked()
    {
        await using var world = await World.StartAsync(World.Unhindered);
        await world.PublishedByMemberAsync(Own, "1.0.0");
        await world.PublishedByMemberAsync(Other, "1.0.0");
        await using var visit = await Visit.BeginAsync(chromium, world.Server.Url);
        await visit.SignInAsync(World.Member);

        await OpenTokensAsync(visit);
        await PreviewAsync(visit);
        using var npm = await PackageManager.NpmAsync(world.Server.Url, await MakeAsync(visit));
        (await PublishAsync(npm, Own, "1.1.0")).ShouldSucceed();
        ShouldFail(await PublishAsync(npm, Other, "1.1.0"), "was not made to change");
        await RevokeAsync(visit);
        ShouldFail(await PublishAsync(npm, Own, "1.2.0"), "E401");

        Assert.Equal(["1.0.0", "1.1.0"], await world.VersionsAsync(Own));
        Assert.Equal(["1.0.0"], await world.VersionsAsync(Other));
        visit.ShouldBeQuiet();
    }

    private static async Task OpenTokensAsync(Visit visit)
    {
        await visit.Page.GetByRole(AriaRole.Navigation, new() { Name = "Registry" }).GetByRole(AriaRole.Link, new() { Name = World.Member }).ClickAsync();
        await visit.Main.GetByRole(AriaRole.Navigation, new() { Name = "Account" }).GetByRole(AriaRole.Link, new() { Name = "Tokens" }).ClickAsync();
    }

    private static async Task PreviewAsync(Visit visit)
    {
        await visit.FollowAsync("New token");
        await visit.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("nightly build");
        await visit.Page.GetByLabel("Which packages and scopes").FillAsync(Own);
        await visit.Main.GetByRole(AriaRole.Group, new() { Name = "Packages" }).GetByLabel("What it may do with them").SelectOptionAsync(new SelectOptionValue { Label = "Read and publish" });
        await visit.PressAsync("Review token");

        await visit.SeeAsync($"Publish, tag, deprecate and administer {Own}");
        await visit.SeeAsync("Read or change any other package that is not open to everybody.");
        await visit.SeeAsync("See or change organisations.");
        await visit.PictureAsync("journey-token-preview");
        await visit.ShouldBeForEverybodyAsync();
    }

    /// <summary>Answers the token, which is shown this once.</summary>
    private static async Task<string> MakeAsync(Visit visit)
    {
        await visit.Page.GetByLabel("Your password").FillAsync(World.PasswordOf(World.Member));
        await visit.PressAsync("Create token");
        await visit.SeeAsync("nightly build was made");
        await visit.ShouldBeForEverybodyAsync();

        return (await visit.Main.GetByRole(AriaRole.Group, new() { Name = "The token", Exact = true }).InnerTextAsync()).Trim();
    }

    private static async Task RevokeAsync(Visit visit)
    {
        await visit.FollowAsync("Back to your tokens");
        await Assertions.Expect(visit.Main.GetByRole(AriaRole.Row, new() { Name = "nightly build" })).ToContainTextAsync(Own);
        await visit.ShouldBeForEverybodyAsync();
        await visit.Main.GetByText("Revoke nightly build").ClickAsync();
        await visit.PressAsync("Revoke it");

        await visit.SeeAsync("Revoked: it opens nothing any more.");
        await visit.ShouldBeForEverybodyAsync();
    }

    private static async Task<Finished> PublishAsync(PackageManager npm, string package, string version)
    {
        using var checkout = new TemporaryFolder();
        new SamplePackage(package, version).WriteTo(checkout.Path);

        return await npm.RunAsync(checkout.Path, "publish");
    }

    private static void ShouldFail(Finished publish, string why)
    {
        Assert.NotEqual(0, publish.ExitCode);
        Assert.Contains(why, publish.Errors, StringComparison.Ordinal);
    }
}
