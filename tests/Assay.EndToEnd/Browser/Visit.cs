using Assay.EndToEnd.Harness;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Assay.EndToEnd.Browser;

/// <summary>
/// A person with a browser at the pages of a registry. Whatever the browser complains about (errors of scripts, what the content policy forbids, files that are not there) fails
/// the test.
/// </summary>
internal sealed class Visit : IAsyncDisposable
{
    private static readonly AxeRunOptions Serious = new() { ResultTypes = [ResultType.Violations] };

    private readonly IBrowserContext context;
    private readonly Uri registry;
    private readonly List<string> complaints = [];

    private Visit(IBrowserContext context, IPage page, Uri registry)
    {
        this.context = context;
        this.registry = registry;
        Page = page;
        page.Console += (_, message) => Complain(message.Type == "error", $"{message.Text} at {message.Location}");
        page.Dialog += (_, dialog) => Open(dialog);
        page.PageError += (_, error) => Complain(isOne: true, error);
        page.RequestFailed += (_, request) => Complain(request.Failure != "net::ERR_ABORTED", $"{request.Url}: {request.Failure}");
        page.Request += (_, request) => Complain(!request.Url.StartsWith(registry.AbsoluteUri, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal), $"asked elsewhere: {request.Url}");
    }

    public IPage Page { get; }

    public ILocator Main => Page.Locator("main");

    /// <param name="chromium">Whose profile it is.</param>
    /// <param name="registry">Where it goes.</param>
    /// <param name="look">How it looks.</param>
    /// <param name="state">What an earlier visit kept, <see cref="KeptAsync"/>.</param>
    public static async Task<Visit> BeginAsync(SharedChromium chromium, Uri registry, Look? look = null, string? state = null)
    {
        var options = (look ?? Look.Desk).Options;
        options.StorageState = state;
        var context = await (await chromium.GetAsync()).NewContextAsync(options);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(30_000);

        return new Visit(context, page, registry);
    }

    /// <summary>At an address below the registry; it has to answer with this status.</summary>
    public async Task GoAsync(string address, int status = 200)
    {
        var answer = await Page.GotoAsync(registry + address);

        Assert.Equal(status, answer!.Status);
        // Chromium reports the page's own status like a file that is missing.
        complaints.RemoveAll(complaint => status >= 400 && complaint.Contains($"status of {status}", StringComparison.Ordinal));
    }

    /// <summary>The same page, as it is looked at otherwise.</summary>
    public async Task LookAsync(Look look)
    {
        await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = look.Scheme, ReducedMotion = ReducedMotion.Reduce });
        await Page.SetViewportSizeAsync(look.Width, look.Height);
    }

    /// <summary>Its cookies, with which another visit goes on.</summary>
    public Task<string> KeptAsync() => context.StorageStateAsync();

    public async Task SignInAsync(string name)
    {
        await GoAsync("-/sign-in");
        await Page.GetByLabel("User name").FillAsync(name);
        await Page.GetByLabel("Password").FillAsync(World.PasswordOf(name));
        await Main.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Assertions.Expect(Page.Locator("header.top")).ToContainTextAsync(name);
    }

    /// <summary>An authenticator of this browser that says yes to everything.</summary>
    public async Task GetAuthenticatorAsync()
    {
        var session = await context.NewCDPSessionAsync(Page);
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
    }

    /// <summary>Makes the signed-in person's first passkey; takes an authenticator.</summary>
    public async Task AddPasskeyAsync(string person)
    {
        await GoAsync("-/account/factors");
        var form = Main.Locator("form[data-make]");
        await form.GetByLabel("Name of a new passkey").FillAsync("laptop");
        await form.GetByLabel("Your password").FillAsync(World.PasswordOf(person));
        await form.GetByRole(AriaRole.Button).ClickAsync();
        await SeeAsync("Recovery codes");
    }

    /// <summary>Follows the first link of the page with exactly this text.</summary>
    public Task FollowAsync(string link) => Main.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).First.ClickAsync();

    public Task PressAsync(string button) => Main.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    public Task SeeAsync(string text) => Assertions.Expect(Main).ToContainTextAsync(text);

    public async Task FindAsync(string text)
    {
        await Page.GetByRole(AriaRole.Searchbox).FillAsync(text);
        await Page.GetByRole(AriaRole.Search).GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"Results for “{text}”");
    }

    /// <summary>No serious fault for those who use a keyboard or a screen reader, and nothing that only fits on a wider screen.</summary>
    public async Task ShouldBeForEverybodyAsync()
    {
        var found = await Page.RunAxe(Serious);
        var faults = found.Violations
            .Where(violation => violation.Impact is "serious" or "critical")
            .SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id} ({violation.Impact}): {node.Html}"));

        Assert.Empty(faults);
        // What a view meant as an address of the registry, and the browser takes for a name beside the page.
        Assert.Equal(0, await Page.Locator("[href^='~'], [src^='~'], [action^='~']").CountAsync());
        Assert.True(await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"), $"{Page.Url} is wider than the window: {await WidestAsync()}");
    }

    /// <summary>Nothing that the browser complained about so far.</summary>
    public void ShouldBeQuiet() => Assert.Empty(complaints);

    /// <summary>A picture for the documentation; see scripts/images.</summary>
    public Task PictureAsync(string name) => Pictures.TakeAsync(Page, name);

    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    private void Complain(bool isOne, string text)
    {
        if (isOne)
        {
            complaints.Add(text);
        }
    }

    private void Open(IDialog dialog)
    {
        complaints.Add($"a dialog: {dialog.Message}");
        _ = dialog.DismissAsync();
    }

    private Task<string> WidestAsync() => Page.EvaluateAsync<string>(
        "[...document.querySelectorAll('main *')].filter(e => !e.closest('.scroll') && e.getBoundingClientRect().right > window.innerWidth + 1).slice(0, 3).map(e => e.outerHTML.slice(0, 200)).join(' | ')");
}
