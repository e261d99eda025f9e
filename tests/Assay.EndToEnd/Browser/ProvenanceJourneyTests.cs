using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;
using Microsoft.Playwright;

namespace Assay.EndToEnd.Browser;

/// <summary>Where a version came from is read and checked, before and after somebody changed its bytes in the store.</summary>
public sealed class ProvenanceJourneyTests(SharedChromium chromium)
{
    private const string Package = "@acme/guidance";
    private const string Repository = "acme/guidance";
    private const string RunId = "88120";

    [Fact]
    public async Task The_check_verifies_what_was_published_and_refutes_what_was_changed_since()
    {
        await using var world = await World.StartAsync(World.Unhindered);
        await world.TrustGithubAsync(Package, Repository);
        var run = world.Ci.StartGithub(new JsonObject { ["repository"] = Repository, ["run_id"] = RunId });
        (await world.PublishAsync(new SamplePackage(Package, "1.0.0"), run)).ShouldSucceed();
        await using var visit = await Visit.BeginAsync(chromium, world.Server.Url);
        await visit.SignInAsync(World.Member);

        await ReadChainAsync(visit);
        var sound = await VerifyAsync(visit);
        await visit.PictureAsync("journey-verified");
        await visit.ShouldBeForEverybodyAsync();
        await ChangeBytesAsync(world);
        var changed = await VerifyAsync(visit);
        await visit.PictureAsync("journey-refuted");
        await visit.ShouldBeForEverybodyAsync();

        Assert.InRange(sound.Count, 5, 20);
        Assert.All(sound, step => Assert.Equal("verified", step.Outcome));
        Assert.Equal(["Bytes"], changed.Where(step => step.Outcome == "refuted").Select(step => step.Name));
        await visit.SeeAsync("Do not install this version.");
        await visit.SeeAsync("1 step did not verify: Bytes.");
        await visit.SeeAsync("What is stored has another SHA-512 than the registry's facts.");
        visit.ShouldBeQuiet();
    }

    /// <summary>From the search to the page of the version.</summary>
    private static async Task ReadChainAsync(Visit visit)
    {
        await visit.FindAsync("guidance");
        await visit.FollowAsync(Package);
        await visit.FollowAsync("See and verify it");
        var links = visit.Main.GetByRole(AriaRole.List, new() { Name = "From the source to the log" }).GetByRole(AriaRole.Listitem);
        foreach (var (link, said) in new[] { ("Source", Repository), ("Run", $"run {RunId}"), ("Identity", "issuer github"), ("Publish", "signed by"), ("Log", "2 statements") })
        {
            await Assertions.Expect(links.Filter(new() { HasText = link }).Filter(new() { HasText = said })).ToHaveCountAsync(1);
        }
    }

    private static async Task<IReadOnlyList<(string Name, string Outcome)>> VerifyAsync(Visit visit)
    {
        await visit.PressAsync("Verify now");
        var steps = visit.Main.GetByRole(AriaRole.Region, new() { Name = "Steps of the check" });
        var names = await steps.GetByRole(AriaRole.Rowheader).AllInnerTextsAsync();
        var outcomes = await steps.Locator("td:nth-child(2)").AllInnerTextsAsync();

        return [.. names.Zip(outcomes, (name, outcome) => (name.Trim(), outcome.Trim()))];
    }

    /// <summary>One bit of the stored tarball, as a failing disk or an intruder would change it.</summary>
    private static async Task ChangeBytesAsync(World world)
    {
        var integrity = (string)(await world.Http.VersionsAsync(Package, world.MemberToken))["1.0.0"]!["dist"]!["integrity"]!;
        var digest = Convert.ToHexStringLower(Convert.FromBase64String(integrity["sha512-".Length..]));
        var blob = Directory.EnumerateFiles(world.Server.Data, digest, SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllBytesAsync(blob, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        File.Delete(blob);
        await File.WriteAllBytesAsync(blob, bytes, TestContext.Current.CancellationToken);
    }
}
