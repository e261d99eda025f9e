using System.Text.RegularExpressions;
using Assay.EndToEnd.Harness;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Notifications;
using Microsoft.Playwright;

namespace Assay.EndToEnd.People;

/// <summary>Accounts from the invitation on, in a real browser and with the npm of a terminal.</summary>
public sealed class AccountTests : IAsyncLifetime
{
    private const string Password = "seven quiet herons wade";
    private const string Another = "eleven loud geese run";

    private readonly TemporaryFolder folder = new();
    private PasskeyBrowser browser = null!;

    public async ValueTask InitializeAsync() => browser = await PasskeyBrowser.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Who_was_invited_by_mail_chooses_a_password_signs_npm_in_forgets_it_and_chooses_another()
    {
        await using var smtp = new SmtpReceiver();
        await using var server = await ServerProcess.StartAsync(folder.Path, url: null, smtp.Options);
        (await server.AdminAsync(input: null, "user", "invite", "casey", "--email", "casey@example.test")).ShouldSucceed();

        await browser.Page.GotoAsync(await LinkAsync(smtp, "invitation"));
        await ChooseAsync(Password);
        await SignInAsync(server.Url, async (page, code) =>
        {
            await page.FillAsync("[name=code]", code);
            await page.FillAsync("[name=name]", "casey");
            await page.FillAsync("[name=password]", Password);
            await page.Locator("main form button").First.ClickAsync();
        });
        await browser.Page.GotoAsync($"{server.Url}-/forgot");
        await browser.Page.FillAsync("[name=who]", "casey@example.test");
        await browser.Page.Locator("main form button").ClickAsync();
        await browser.Page.GotoAsync(await LinkAsync(smtp, "recover"));
        await ChooseAsync(Another);

        using var http = new RegistryClient(server.Url);
        Assert.NotEmpty(await http.SignInAsync("casey", Another));
    }

    [Fact]
    public async Task With_single_sign_on_an_invitation_is_accepted_and_npm_is_signed_in()
    {
        var url = new Uri($"http://localhost:{FreePort.Next()}/");
        await using var provider = await OpenIdProcess.StartAsync(url);
        var secret = Path.Combine(folder.Path, "sso-secret");
        await File.WriteAllTextAsync(secret, OpenIdProcess.Secret, TestContext.Current.CancellationToken);
        (await Command.RunAsync("chmod", ["600", secret], folder.Path)).ShouldSucceed();
        await using var server = await ServerProcess.StartAsync(
            folder.Path, url,
            $"--Assay:Identity:SingleSignOn:Issuer={provider.Url.GetLeftPart(UriPartial.Authority)}", "--Assay:Identity:SingleSignOn:ClientId=assay",
            "--Assay:Identity:SingleSignOn:ClientSecretFile=sso-secret", "--Assay:Identity:SingleSignOn:InsecureHttp=true", "--Assay:Identity:SingleSignOn:DisplayName=Acme",
            "--Assay:Identity:SingleSignOn:EmailDomains:0=acme.example", "--Assay:Identity:SingleSignOn:PasswordSignIn=false");
        var invited = (await server.AdminAsync(input: null, "user", "invite", "casey", "--email", "casey@example.test", "--show-link")).ShouldSucceed();

        await browser.Page.GotoAsync(Regex.Match(invited.Output, @"http\S+/-/invitation/\S+").Value);
        await browser.Page.ClickAsync("text=Sign in with Acme");
        await browser.Page.FillAsync("[name=login]", "casey-7");
        await browser.Page.FillAsync("[name=password]", "any");
        await browser.Page.ClickAsync("[type=submit]");
        await browser.Page.ClickAsync("[type=submit]");
        await browser.Page.ClickAsync("text=Make my account");
        await Assertions.Expect(browser.Page.Locator("main")).ToContainTextAsync("Your account is made");
        await SignInAsync(server.Url, async (page, code) =>
        {
            await page.ClickAsync("text=Sign in with Acme");
            await Assertions.Expect(page.Locator("main")).ToContainTextAsync("casey-7@acme.example at Acme is casey here");
            await page.FillAsync("[name=code]", code);
            await page.Locator("main form button").First.ClickAsync();
        });
    }

    private async Task SignInAsync(Uri registry, Func<IPage, string, Task> confirm)
    {
        using var npm = await PackageManager.NpmAsync(registry);
        await using var login = npm.Converse("login");
        var page = await login.HearAsync(@"Login at:\s+(http\S+)");
        var code = await login.HearAsync(@"npm notice Your sign-in code is (\S+)\.");

        await browser.Page.GotoAsync(page);
        await confirm(browser.Page, code);
        await Assertions.Expect(browser.Page.Locator("main")).ToContainTextAsync("You can close this page");

        (await login.EndAsync()).ShouldSucceed();
        Assert.Equal("casey", (await npm.RunAnywhereAsync("whoami")).ShouldSucceed().Output.Trim());
    }

    private async Task ChooseAsync(string password)
    {
        await browser.Page.FillAsync("[name=password]", password);
        await browser.Page.FillAsync("[name=again]", password);
        await browser.Page.Locator("main form button").First.ClickAsync();
        await Assertions.Expect(browser.Page.Locator("main")).ToContainTextAsync("npm login");
    }

    private static async Task<string> LinkAsync(SmtpReceiver smtp, string kind)
    {
        var link = "";
        await Until.TrueAsync(
            () => Task.FromResult((link = smtp.Mails.Select(mail => Regex.Match(mail.Message.TextBody ?? "", $@"http\S+/-/{kind}/\S+").Value).LastOrDefault(found => found.Length > 0) ?? "").Length > 0),
            $"a mail with a link to {kind} comes");

        return link;
    }
}
