using Assay.EndToEnd.Harness;
using Assay.Server.Tests.Fixtures;

namespace Assay.EndToEnd.People;

/// <summary>A real OpenID provider (npm's oidc-provider) as a process on loopback.</summary>
internal sealed class OpenIdProcess : IAsyncDisposable
{
    public const string Secret = "the secret of a test";

    private readonly Conversation process;

    private OpenIdProcess(Conversation process, Uri url) => (this.process, Url) = (process, url);

    public Uri Url { get; }

    public static async Task<OpenIdProcess> StartAsync(Uri registry)
    {
        var library = await PinnedClient.OpenIdProvider.InstalledAsync();
        var url = new Uri($"http://localhost:{FreePort.Next()}/");
        var script = Path.Combine(Checkout.Root, "tests", "Assay.EndToEnd", "People", "openid-provider.mjs");
        var process = Conversation.Start(library[0], [script, library[1], $"{url.Port}", $"{registry}-/sso/callback", Secret], Path.GetTempPath());
        await process.HearAsync("ready");

        return new OpenIdProcess(process, url);
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
