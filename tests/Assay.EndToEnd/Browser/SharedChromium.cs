using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Assay.EndToEnd.Browser.SharedChromium))]

namespace Assay.EndToEnd.Browser;

/// <summary>The machine's own Chromium, started by the first test that asks. Each visit is a profile of its own.</summary>
public sealed class SharedChromium : IAsyncLifetime
{
    // Its process that draws needs no graphics card, of which test machines have none.
    private static readonly string[] Arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];

    private readonly Lazy<Task<(IPlaywright Playwright, IBrowser Browser)>> started = new(StartAsync);

    internal async Task<IBrowser> GetAsync() => (await started.Value).Browser;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (started.IsValueCreated && started.Value.IsCompletedSuccessfully)
        {
            var (playwright, browser) = await started.Value;
            await browser.DisposeAsync();
            playwright.Dispose();
        }
    }

    private static async Task<(IPlaywright, IBrowser)> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();

        return (playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = Arguments }));
    }
}
