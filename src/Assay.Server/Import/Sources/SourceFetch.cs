using System.Net;
using System.Net.Http.Headers;
using Assay.Trust.Refusals;

namespace Assay.Server.Import;

/// <summary>
/// Fetches from a registry that an operator named. It goes to that registry's own host and to the one more that the operator allowed for
/// tarballs, also when it is redirected; the credential goes to the registry alone. Each answer has a time limit, its body included.
/// </summary>
internal sealed class SourceFetch : IDisposable
{
    private const int MostRedirects = 5;
    private const int LongestReason = 300;
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(15);

    private readonly Uri registry;
    private readonly string? tarballHost;
    private readonly string? token;
    private readonly TimeSpan patience;

    // A tarball is compressed already; a server that compressed it once more would have other bytes than it promises.
    private readonly HttpMessageInvoker documents = Client(DecompressionMethods.GZip | DecompressionMethods.Brotli);
    private readonly HttpMessageInvoker tarballs = Client(DecompressionMethods.None);

    public SourceFetch(Uri registry, string? tarballHost, string? token, TimeSpan patience)
    {
        this.registry = registry;
        this.tarballHost = tarballHost;
        this.token = token;
        this.patience = patience;
    }

    /// <exception cref="SourceFailure">It could not be had, or is too large.</exception>
    public async Task<ReadOnlyMemory<byte>> DocumentAsync(Uri url, int most, CancellationToken cancellationToken)
    {
        var document = ReadOnlyMemory<byte>.Empty;
        await GetAsync(documents, url, async (stream, stop) => document = await SourceBytes.ReadAllAsync(stream, most, stop), cancellationToken);
        return document;
    }

    /// <exception cref="SourceFailure">It could not be had.</exception>
    public Task TarballAsync(Uri url, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken) =>
        GetAsync(tarballs, url, read, cancellationToken);

    /// <summary>Whether anything is fetched from there at all.</summary>
    public bool MayAsk(Uri url) => IsRegistry(url) || IsTarballHost(url);

    public void Dispose()
    {
        documents.Dispose();
        tarballs.Dispose();
    }

    private async Task GetAsync(HttpMessageInvoker client, Uri url, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            using var response = await AskAsync(client, url, limit.Token);
            await using var stream = new SourceBytes(await response.Content.ReadAsStreamAsync(limit.Token));
            await read(stream, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SourceFailure("too-slow", $"{Shown(url)} was not there within {patience.TotalSeconds:0} seconds (Assay:Import:FetchSeconds).");
        }
        catch (HttpRequestException failure)
        {
            // The message can quote what the other side sent.
            throw new SourceFailure(
                "source-unreachable", $"{Shown(url)}: {Printable.Cut(Printable.Ascii(failure.InnerException?.Message ?? failure.Message), LongestReason)}");
        }
    }

    private async Task<HttpResponseMessage> AskAsync(HttpMessageInvoker client, Uri url, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = Request(url);
            var response = await client.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return response;
            }
            using (response)
            {
                url = (int)response.StatusCode is >= 300 and < 400 && response.Headers.Location is { } place && redirects < MostRedirects
                    ? Redirected(url, place)
                    : throw Refused(url, response.StatusCode);
            }
        }
    }

    private HttpRequestMessage Request(Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("*/*;q=0.1");
        request.Headers.UserAgent.ParseAdd("assay-import");
        if (token is not null && IsRegistry(url))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        return request;
    }

    private static Uri Redirected(Uri from, Uri place)
    {
        if (!Uri.TryCreate(from, place, out var target))
        {
            throw new SourceFailure("redirected-elsewhere", $"{Shown(from)} leads to what is no address.");
        }
        return IsSame(from, target)
            ? target
            : throw new SourceFailure("redirected-elsewhere", $"{Shown(from)} leads to {Shown(target)}; only redirects to the same host are followed.");
    }

    private bool IsRegistry(Uri url) => IsSame(registry, url);

    private bool IsTarballHost(Uri url) =>
        tarballHost is not null && (url.Scheme == registry.Scheme || url.Scheme == Uri.UriSchemeHttps)
        && (string.Equals(url.Authority, tarballHost, StringComparison.OrdinalIgnoreCase) || (url.IsDefaultPort && string.Equals(url.Host, tarballHost, StringComparison.OrdinalIgnoreCase)));

    private static bool IsSame(Uri one, Uri other) =>
        one.Scheme == other.Scheme && string.Equals(one.Authority, other.Authority, StringComparison.OrdinalIgnoreCase);

    private static SourceFailure Refused(Uri url, HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound => new SourceFailure("not-found", $"The source has nothing at {Shown(url)}."),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
            new SourceFailure("source-denied", $"{Shown(url)} answered {(int)status}: give a token that may read it in a file (--token-file FILE)."),
        _ => new SourceFailure("source-unreachable", $"{Shown(url)} answered {(int)status}."),
    };

    // Queries may be signatures that open what they sign.
    private static string Shown(Uri url) => Printable.Cut(Printable.Ascii(url.GetLeftPart(UriPartial.Path)), LongestReason);

    private static HttpMessageInvoker Client(DecompressionMethods decompression) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = decompression,
        ConnectTimeout = ConnectPatience,
    });
}
