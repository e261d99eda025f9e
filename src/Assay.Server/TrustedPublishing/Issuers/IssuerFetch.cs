using System.Net;
using Assay.Server.Outbound;
using Assay.Trust.Refusals;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// Fetches one JSON document from an issuer. It connects to the very address it has checked, so that a name cannot mean
/// another machine a moment later; it follows no redirect, uses no proxy, and stops at a size and a time.
/// </summary>
internal sealed class IssuerFetch(ResolveAddresses resolve, IOptions<TrustedPublishingOptions> options)
{
    private const int LongestReason = 400;

    /// <exception cref="IssuerUnreachable">The document could not be had; the message is for operators.</exception>
    public Task<string> GetAsync(Uri url, TrustedIssuer issuer, CancellationToken cancellationToken) =>
        GetAsync(url, issuer, ReadAsync, cancellationToken);

    /// <summary>What the issuer's clock says; null when it does not say.</summary>
    /// <exception cref="IssuerUnreachable">It does not answer.</exception>
    public Task<DateTimeOffset?> ClockAsync(Uri url, TrustedIssuer issuer, CancellationToken cancellationToken) =>
        GetAsync(url, issuer, (response, _, _) => Task.FromResult(response.Headers.Date), cancellationToken);

    private async Task<T> GetAsync<T>(
        Uri url, TrustedIssuer issuer, Func<HttpResponseMessage, Uri, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        if (url.Scheme != Uri.UriSchemeHttps && !(issuer.InsecureHttp && GuardedHandler.IsLoopbackHttp(url)))
        {
            throw new IssuerUnreachable($"{url} is not https.");
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(options.Value.FetchSeconds));
        try
        {
            return await GetWithinLimitsAsync(url, issuer, read, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IssuerUnreachable($"{url} did not answer within {options.Value.FetchSeconds} seconds.");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            // The message can quote what the other side sent.
            throw new IssuerUnreachable($"{url}: {Printable.Cut(Printable.Ascii(failure.InnerException?.Message ?? failure.Message), LongestReason)}");
        }
    }

    private async Task<T> GetWithinLimitsAsync<T>(
        Uri url, TrustedIssuer issuer, Func<HttpResponseMessage, Uri, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var handler = GuardedHandler.Create(resolve, url, LimitsFor(issuer));
        using var client = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Accept.ParseAdd("application/json");
        using var response = await client.SendAsync(request, cancellationToken);
        return response.StatusCode == HttpStatusCode.OK
            ? await read(response, url, cancellationToken)
            : throw new IssuerUnreachable($"{url} answered {(int)response.StatusCode}.");
    }

    private async Task<string> ReadAsync(HttpResponseMessage response, Uri url, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[options.Value.FetchBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= options.Value.FetchBytes
            ? System.Text.Encoding.UTF8.GetString(buffer, 0, length)
            : throw new IssuerUnreachable($"{url} sent more than {options.Value.FetchBytes} bytes.");
    }

    private OutboundLimits LimitsFor(TrustedIssuer issuer) => new(
        issuer.AllowedAddresses, TimeSpan.FromSeconds(options.Value.FetchSeconds),
        "If the issuer lives in a private network, allow its range with --allow-address.");
}

/// <summary>An issuer's documents could not be had, or are not what they should be.</summary>
internal sealed class IssuerUnreachable(string message) : Exception(message);
