using System.Net;
using System.Text;
using Assay.Server.Outbound;
using Assay.Trust.Refusals;

namespace Assay.Server.Identity;

/// <summary>The OpenID provider does not answer, or not as it should. The message is for operators and people at the page.</summary>
internal sealed class ProviderUnavailable(string message) : Exception(message);

/// <summary>Asks the OpenID provider for documents and tokens: to addresses that were checked, without redirects, capped in size and time.</summary>
internal sealed class ProviderFetch(ResolveAddresses resolve, Microsoft.Extensions.Options.IOptions<IdentityOptions> options)
{
    private const int MostBytes = 512 * 1024;
    private const int LongestReason = 300;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private SingleSignOnOptions Settings => options.Value.SingleSignOn;

    /// <exception cref="ProviderUnavailable">It cannot be had.</exception>
    public async Task<string> GetAsync(Uri url, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        var (status, body) = await SendAsync(request, url, cancellationToken);
        return status == HttpStatusCode.OK ? body : throw new ProviderUnavailable($"{url} answered {(int)status}.");
    }

    /// <summary>What a token endpoint answered, whatever it is.</summary>
    /// <exception cref="ProviderUnavailable">It does not answer.</exception>
    public Task<(HttpStatusCode Status, string Body)> PostAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, request.RequestUri!, cancellationToken);

    public bool IsAcceptable(Uri url) => url.UserInfo.Length == 0 && (url.Scheme == Uri.UriSchemeHttps || (Settings.InsecureHttp && GuardedHandler.IsLoopbackHttp(url)));

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpRequestMessage request, Uri url, CancellationToken cancellationToken)
    {
        if (!IsAcceptable(url))
        {
            throw new ProviderUnavailable($"{url} is not https.");
        }
        request.Headers.Accept.ParseAdd("application/json");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var limits = new OutboundLimits(
                [.. Settings.AllowAddresses.Select(IPNetwork.Parse)], Patience, $"If the provider lives in a private network, allow its range: {SingleSignOnOptions.Section}:{nameof(SingleSignOnOptions.AllowAddresses)}.");
            using var handler = GuardedHandler.Create(resolve, url, limits);
            using var client = new HttpMessageInvoker(handler);
            using var response = await client.SendAsync(request, limit.Token);
            return (response.StatusCode, await ReadAsync(response, url, limit.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ProviderUnavailable($"{url} did not answer within {Patience.TotalSeconds} seconds.");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            // The message can quote what the other side sent.
            throw new ProviderUnavailable($"{url}: {Printable.Cut(Printable.Ascii(failure.InnerException?.Message ?? failure.Message), LongestReason)}");
        }
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response, Uri url, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MostBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= MostBytes ? Encoding.UTF8.GetString(buffer, 0, length) : throw new ProviderUnavailable($"{url} sent more than {MostBytes} bytes.");
    }
}
