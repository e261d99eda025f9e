using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.People;

/// <summary>Second factors with the clients as they are, at a terminal, and with a real browser.</summary>
public sealed class SecondFactorTests(SharedWorld shared) : EndToEndTest(shared)
{
    public static TheoryData<string> Npms => ["11", "12"];

    [Theory]
    [MemberData(nameof(Npms))]
    public async Task Codes_are_set_up_publish_sign_in_and_are_removed_with(string npm)
    {
        var name = $"totp{npm}";
        var token = await PersonAsync(name);
        using var client = await NpmAsync(npm, token);
        var app = await EnableAsync(client, name);
        using var checkout = new TemporaryFolder();
        new SamplePackage($"@acme/by-code-{npm}", "1.0.0").WriteTo(checkout.Path);

        await using var publish = client.ConverseAtTerminal(checkout.Path, "publish", "--auth-type=legacy");
        await publish.HearAsync("Enter OTP:");
        await publish.SayAsync(await app.NextAsync());
        (await publish.EndAsync()).ShouldSucceed();
        var tag = await client.RunAsync(checkout.Path, "dist-tag", "add", $"@acme/by-code-{npm}@1.0.0", "next", $"--otp={await app.NextAsync()}");
        var shown = await client.RunAnywhereAsync("profile", "get");
        await SignInAsync(npm, name, await app.NextAsync());
        await using var disable = client.ConverseAtTerminal(client.Home, "profile", "disable-2fa", "--auth-type=legacy");
        await disable.HearAsync("npm password:");
        await disable.SayAsync(World.PasswordOf(name));
        await disable.HearAsync("Enter OTP:");
        await disable.SayAsync(await app.NextAsync());
        (await disable.EndAsync()).ShouldSucceed();
        var after = await client.RunAnywhereAsync("profile", "get");

        tag.ShouldSucceed();
        Assert.Equal(["1.0.0"], await World.VersionsAsync($"@acme/by-code-{npm}"));
        Assert.Contains("auth-and-writes", shown.Output, StringComparison.Ordinal);
        Assert.Matches("two-factor auth.*disabled", after.Output);
    }

    [Theory]
    [MemberData(nameof(Npms))]
    public async Task A_passkey_in_a_browser_lets_a_publish_through_with(string npm)
    {
        var name = $"passkey{npm}";
        var token = await PersonAsync(name);
        await using var browser = await PasskeyBrowser.StartAsync();
        await browser.AddPasskeyAsync(World.Server.Url, name);
        using var client = await NpmAsync(npm, token);
        using var checkout = new TemporaryFolder();
        new SamplePackage($"@acme/by-passkey-{npm}", "1.0.0").WriteTo(checkout.Path);

        await using var publish = client.ConverseAtTerminal(checkout.Path, "publish");
        await browser.ConfirmAsync(publish);

        (await publish.EndAsync()).ShouldSucceed();
        Assert.Equal(["1.0.0"], await World.VersionsAsync($"@acme/by-passkey-{npm}"));
    }

    [Theory]
    [MemberData(nameof(Npms))]
    public async Task A_passkey_alone_signs_npm_in(string npm)
    {
        var name = $"passkeylogin{npm}";
        await PersonAsync(name);
        await using var browser = await PasskeyBrowser.StartAsync();
        await browser.AddPasskeyAsync(World.Server.Url, name);
        using var client = await NpmAsync(npm);

        await using var login = client.Converse("login");
        var page = await login.HearAsync(@"Login at:\s+(http\S+)");
        await browser.ConfirmAsync(page, await login.HearAsync(@"Your sign-in code is (\S+)\."));

        (await login.EndAsync()).ShouldSucceed();
        Assert.Equal(name, (await client.RunAnywhereAsync("whoami")).ShouldSucceed().Output.Trim());
    }

    [Fact]
    public async Task Without_a_terminal_npm_prints_the_page_and_gives_up()
    {
        var token = await PersonAsync("noterminal");
        using var client = await NpmAsync("11", token);
        await EnableAsync(client, "noterminal");
        using var checkout = new TemporaryFolder();
        new SamplePackage("@acme/by-nobody", "1.0.0").WriteTo(checkout.Path);

        var publish = await client.RunAsync(checkout.Path, "publish");

        Assert.NotEqual(0, publish.ExitCode);
        Assert.Contains("EOTP", publish.Errors, StringComparison.Ordinal);
        Assert.Matches($"{World.Server.Url}-/challenge/[0-9a-f]{{40}}", publish.Errors);
    }

    // It shows no notices, so its user could not know what to type on the page.
    [Fact]
    public async Task Pnpm_asks_for_a_code()
    {
        var token = await PersonAsync("pnpmcode");
        using var npm = await NpmAsync("11", token);
        var app = await EnableAsync(npm, "pnpmcode");
        using var pnpm = await PackageManager.CreateAsync(PinnedClient.Pnpm, $"registry={World.Server.Url}", PackageManager.TokenLine(World.Server.Url, token));
        using var checkout = new TemporaryFolder();
        new SamplePackage("@acme/by-pnpm-code", "1.0.0").WriteTo(checkout.Path);

        await using var publish = pnpm.ConverseAtTerminal(checkout.Path, "publish", "--no-git-checks");
        await publish.HearAsync("(?i)one-time password|OTP");
        await publish.SayAsync($"{await app.NextAsync()}\r");

        (await publish.EndAsync()).ShouldSucceed();
        Assert.Equal(["1.0.0"], await World.VersionsAsync("@acme/by-pnpm-code"));
    }

    [Fact]
    public async Task Bun_waits_for_the_page()
    {
        var token = await PersonAsync("bunweb");
        await using var browser = await PasskeyBrowser.StartAsync();
        await browser.AddPasskeyAsync(World.Server.Url, "bunweb");
        using var bun = await PackageManager.ForScopeAsync(PinnedClient.Bun, World.Server.Url, token);
        using var checkout = new TemporaryFolder();
        new SamplePackage("@acme/by-bun-passkey", "1.0.0").WriteTo(checkout.Path);

        await using var publish = bun.ConverseAtTerminal(checkout.Path, "publish");
        await browser.ConfirmAsync(publish);

        (await publish.EndAsync()).ShouldSucceed();
        Assert.Equal(["1.0.0"], await World.VersionsAsync("@acme/by-bun-passkey"));
    }

    private async Task<string> PersonAsync(string name)
    {
        (await World.Server.AdminAsync(
            World.PasswordOf(name) + "\n", "user", "add", name, "--email", $"{name}@example.test", "--password-stdin")).ShouldSucceed();

        return await World.Http.SignInAsync(name, World.PasswordOf(name));
    }

    private Task<PackageManager> NpmAsync(string version, string? token = null) => PackageManager.CreateAsync(
        version == "12" ? PinnedClient.Npm12 : PinnedClient.Npm,
        [$"registry={World.Server.Url}", .. token is null ? [] : new[] { PackageManager.TokenLine(World.Server.Url, token) }]);

    private static async Task<Authenticator> EnableAsync(PackageManager client, string name)
    {
        await using var enable = client.ConverseAtTerminal(client.Home, "profile", "enable-2fa", "auth-and-writes");
        await enable.HearAsync("npm password:");
        await enable.SayAsync(World.PasswordOf(name));
        var app = new Authenticator(await enable.HearAsync(@"enter code:\s+([A-Z2-7]{32})"));
        await enable.HearAsync("OTP code from your authenticator:");
        await enable.SayAsync(await app.NextAsync());
        (await enable.EndAsync()).ShouldSucceed();
        Assert.Matches(@"recovery codes(.|\n)*([0-9]{4} ){5}[0-9]{4}", enable.Printed);

        return app;
    }

    /// <summary>The older login, at the terminal, with a code.</summary>
    private async Task SignInAsync(string npm, string name, string code)
    {
        using var client = await NpmAsync(npm);
        await using var login = client.ConverseAtTerminal(client.Home, "login", "--auth-type=legacy");
        await login.HearAsync("Username:");
        await login.SayAsync(name);
        await login.HearAsync("Password:");
        await login.SayAsync(World.PasswordOf(name));
        await login.HearAsync("Enter OTP:");
        await login.SayAsync(code);
        (await login.EndAsync()).ShouldSucceed();
        Assert.Contains("_authToken", client.Settings, StringComparison.Ordinal);
    }
}
