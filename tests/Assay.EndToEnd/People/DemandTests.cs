using System.Net;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.People;

/// <summary>What a package can demand beyond its lock, as npm's users meet it.</summary>
public sealed class DemandTests(SharedWorld shared) : EndToEndTest(shared)
{
    public static TheoryData<string> Npms => ["11", "12"];

    [Theory]
    [MemberData(nameof(Npms))]
    public async Task Where_a_passkey_is_demanded_npm_publishes_with_it_and_not_with_a_code(string version)
    {
        var package = $"@acme/demands-passkey-{version}";
        await World.PublishedByMemberAsync(package, "1.0.0");
        using var codes = await Colleague.WhoOwnsAsync(World, $"codes{version}", version, package);
        await using var browser = await PasskeyBrowser.StartAsync();
        using var npm = await OwnerWithPasskeyAsync(browser, $"passkeys{version}", version, package);
        (await World.Server.AdminAsync(input: null, "lock", "set", package, "--phishing-resistant", "on")).ShouldSucceed();
        using var checkout = new TemporaryFolder();
        new SamplePackage(package, "1.1.0").WriteTo(checkout.Path);

        var code = await codes.Client.RunAsync(checkout.Path, "publish", $"--otp={await codes.App.NextAsync()}");
        var before = await World.VersionsAsync(package);
        await using var publish = npm.ConverseAtTerminal(checkout.Path, "publish");
        await browser.ConfirmAsync(publish);

        (await publish.EndAsync()).ShouldSucceed();
        Assert.NotEqual(0, code.ExitCode);
        Assert.Contains("passkey", code.Errors, StringComparison.Ordinal);
        Assert.Equal(["1.0.0"], before);
        Assert.Equal(["1.0.0", "1.1.0"], await World.VersionsAsync(package));
    }

    [Theory]
    [MemberData(nameof(Npms))]
    public async Task Where_a_second_owner_is_demanded_what_npm_trust_says_waits_until_somebody_else_agrees(string version)
    {
        var (package, repository) = ($"@acme/demands-second-{version}", $"octo-org/second-{version}");
        // Who agrees has just been made an owner, which takes a day elsewhere.
        await using var world = await World.StartAsync("--Assay:TrustedPublishing:SecondOwnerHours=0");
        await world.PublishedByMemberAsync(package, "1.0.0");
        using var second = await Colleague.WhoOwnsAsync(world, $"second{version}", version, package);
        (await world.Server.AdminAsync(input: null, "lock", "set", package, "--second-owner", "on")).ShouldSucceed();
        using var npm = await Organisation.NpmAsync(world, version, world.MemberToken);

        var trust = (await npm.RunAnywhereAsync("trust", "github", package, "--file", "publish.yml", "--repo", repository, "--allow-publish", "--yes")).ShouldSucceed();
        var early = await world.PublishAsync(new SamplePackage(package, "1.1.0"), world.Ci.StartGithub(new JsonObject { ["repository"] = repository }));
        var waiting = await world.Http.CallAsync(HttpMethod.Get, "-/assay/v1/policies/waiting", second.Token);
        var change = Assert.Single(waiting["policies"]!.AsArray(), item => (string?)item!["target"] == package)!;
        await second.SendAsync(world, HttpMethod.Post, $"-/assay/v1/policies/{change["id"]}/agree", HttpStatusCode.OK);
        var agreed = await world.PublishAsync(new SamplePackage(package, "1.1.0"), world.Ci.StartGithub(new JsonObject { ["repository"] = repository }));

        Assert.Contains("A second owner is demanded here", trust.Printed, StringComparison.Ordinal);
        Assert.NotEqual(0, early.ExitCode);
        agreed.ShouldSucceed();
        Assert.Equal(["1.0.0", "1.1.0"], await world.VersionsAsync(package));
    }

    /// <summary>Not the member, whom other tests know without any factor.</summary>
    private async Task<PackageManager> OwnerWithPasskeyAsync(PasskeyBrowser browser, string name, string version, string package)
    {
        (await World.Server.AdminAsync(World.PasswordOf(name) + "\n", "user", "add", name, "--email", $"{name}@example.test", "--password-stdin")).ShouldSucceed();
        var token = await World.Http.SignInAsync(name, World.PasswordOf(name));
        await World.Http.CallAsync(HttpMethod.Put, $"-/package/{RegistryClient.Escape(package)}/owners", World.MemberToken, new JsonObject { ["user"] = name });
        await browser.AddPasskeyAsync(World.Server.Url, name);

        return await Organisation.NpmAsync(World, version, token);
    }
}
