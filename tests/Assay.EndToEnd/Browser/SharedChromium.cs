using System.Diagnostics;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Assay.EndToEnd.Browser.SharedChromium))]

namespace Assay.EndToEnd.Browser;

/// <summary>The machine's own Chromium, started by the first test that asks. Each visit is a profile of its own.</summary>
public sealed class SharedChromium : IAsyncLifetime
{
    // Its process that draws needs no graphics card, of which test machines have none.
    private static readonly string[] Arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];

    // Three minutes after its start Chromium 156 looks for a model to run on the machine, and without a graphics card ends with it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(80);

    private readonly SemaphoreSlim turn = new(1);
    private readonly List<IBrowser> started = [];
    private IPlaywright? playwright;
    private long startedAt;

    internal async Task<IBrowser> GetAsync()
    {
        await turn.WaitAsync();
        try
        {
            if (started is not [.., { IsConnected: true } newest] || Stopwatch.GetElapsedTime(startedAt) > Patience)
            {
                playwright ??= await Playwright.CreateAsync();
                newest = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = Arguments });
                startedAt = Stopwatch.GetTimestamp();
                started.Add(newest);
            }

            return newest;
        }
        finally
        {
            turn.Release();
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var browser in started)
        {
            await browser.DisposeAsync();
        }
        playwright?.Dispose();
        turn.Dispose();
    }
}
