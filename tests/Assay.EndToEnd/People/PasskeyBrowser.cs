using Assay.EndToEnd.Harness;
using Microsoft.Playwright;

namespace Assay.EndToEnd.People;

/// <summary>The machine's own Chromium, with an authenticator that says yes.</summary>
internal sealed class PasskeyBrowser : IAsyncDisposable
{
    private readonly IPlaywright playwright;
    private readonly IBrowser browser;

    private PasskeyBrowser(IPlaywright playwright, IBrowser browser, IPage page)
    {
        this.playwright = playwright;
        this.browser = browser;
        Page = page;
    }

    public IPage Page { get; }

    public static async Task<PasskeyBrowser> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
        var page = await browser.NewPageAsync();
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        await session.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });

        return new PasskeyBrowser(playwright, browser, page);
    }

    /// <summary>Signs in with the password and makes the account's first passkey.</summary>
    public async Task AddPasskeyAsync(Uri registry, string name)
    {
        await Page.GotoAsync($"{registry}-/account/factors");
        await Page.FillAsync("main [name=name]", name);
        await Page.FillAsync("[name=password]", World.PasswordOf(name));
        await Page.Locator("main form button").First.ClickAsync();
        await Assertions.Expect(Page.Locator("h1")).ToHaveTextAsync("Second factors");
        var making = Page.Locator("form[action$='handler=AddPasskey']");
        await making.Locator("[name=name]").FillAsync("this test");
        await making.Locator("[name=password]").FillAsync(World.PasswordOf(name));
        await making.Locator("button").ClickAsync();
        await Assertions.Expect(Page.Locator("h1")).ToHaveTextAsync("Recovery codes");
    }

    /// <summary>Types the code that the terminal shows and lets the authenticator do the rest.</summary>
    public async Task ConfirmAsync(string page, string code)
    {
        await Page.GotoAsync(page);
        await Page.FillAsync("[name=code]", code);
        await Page.ClickAsync("button[data-passkey=use]");
        await Assertions.Expect(Page.Locator("main")).ToContainTextAsync("You can close this page");
    }

    /// <summary>The same for a command at a terminal that asks for it.</summary>
    public async Task ConfirmAsync(Conversation command)
    {
        var code = await command.HearAsync(@"code to type there is (\S{9});");
        await ConfirmAsync(await command.HearAsync(@"(http://\S+/-/challenge/[0-9a-f]{40})"), code);
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
