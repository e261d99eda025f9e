using System.Net;
using System.Net.Http.Headers;
using Assay.Trust.Refusals;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream;

/// <summary>What a registry answered. Disposing it ends the connection's use.</summary>
internal abstract record UpstreamAnswer
{
    /// <summary>The body still has to be read.</summary>
    internal sealed record Body(HttpResponseMessage Response) : UpstreamAnswer, IDisposable
    {
        public void Dispose() => Response.Dispose();
    }

    internal sealed record NotModified : UpstreamAnswer;

    internal sealed record Missing : UpstreamAnswer;

    /// <summary>It could not be asked, or said nothing that can be used.</summary>
    /// <param name="Reason">For operators and members.</param>
    /// <param name="Status">Null when there was no answer that has one.</param>
    internal sealed record Failed(string Reason, int? Status = null) : UpstreamAnswer;
}

/// <summary>Asks upstream registries. Redirects are followed to hosts that the operator named, and tokens go to the registry's own host alone.</summary>
internal sealed class UpstreamClient(IHttpClientFactory clients, IOptions<UpstreamOptions> options)
{
    /// <summary>For answers that are never large.</summary>
    public static readonly TimeSpan ShortPatience = TimeSpan.FromSeconds(60);

    private const int MostRedirects = 3;
    private const int LongestReason = 300;

    public static string ClientOf(UpstreamRegistry registry) => $"upstream:{registry.Id}";

    public Task<UpstreamAnswer> GetAsync(UpstreamRegistry registry, Uri url, Action<HttpRequestHeaders> headers, CancellationToken cancellationToken) =>
        GetAsync(registry, url, registry.Token, headers, cancellationToken);

    /// <summary>Asks as somebody without a token would.</summary>
    public Task<UpstreamAnswer> GetAsNobodyAsync(UpstreamRegistry registry, Uri url, Action<HttpRequestHeaders> headers, CancellationToken cancellationToken) =>
        GetAsync(registry, url, token: null, headers, cancellationToken);

    private async Task<UpstreamAnswer> GetAsync(
        UpstreamRegistry registry, Uri url, string? token, Action<HttpRequestHeaders> headers, CancellationToken cancellationToken)
    {
        try
        {
            return await FollowAsync(registry, url, token, headers, cancellationToken);
        }
        catch (Exception failure) when (IsOfNetwork(failure, cancellationToken))
        {
            return new UpstreamAnswer.Failed($"{registry} {ReasonOf(failure)}");
        }
    }

    /// <summary>Asks with a body of JSON. A redirect is not followed: a question is for whom it was meant.</summary>
    public async Task<UpstreamAnswer> PostAsync(UpstreamRegistry registry, Uri url, byte[] json, CancellationToken cancellationToken)
    {
        try
        {
            return Answered(registry, await SendAsync(
                registry, HttpMethod.Post, url, registry.Token, headers => headers.TryAddWithoutValidation("Accept", "application/json"), json, cancellationToken));
        }
        catch (Exception failure) when (IsOfNetwork(failure, cancellationToken))
        {
            return new UpstreamAnswer.Failed($"{registry} {ReasonOf(failure)}");
        }
    }

    /// <summary>Reads a body piece by piece. The whole has a limit in bytes and in time, and no pause may be long.</summary>
    /// <exception cref="UpstreamBroken">A limit was reached, or the connection ended early.</exception>
    public async Task CopyAsync(
        HttpResponseMessage response, long limit, TimeSpan patience, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > limit)
        {
            throw new UpstreamBroken($"sends {response.Content.Headers.ContentLength} bytes, and no more than {limit} are taken");
        }
        using var whole = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        whole.CancelAfter(patience);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[64 * 1024];
        for (long length = 0; ;)
        {
            var read = await ReadAsync(stream, buffer, whole.Token, cancellationToken);
            if (read == 0)
            {
                return;
            }
            length += read;
            if (length > limit)
            {
                throw new UpstreamBroken($"sends more than the {limit} bytes that are taken");
            }
            await take(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    private async Task<int> ReadAsync(Stream stream, byte[] buffer, CancellationToken whole, CancellationToken cancellationToken)
    {
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(whole);
        pause.CancelAfter(TimeSpan.FromSeconds(options.Value.PauseSeconds));
        try
        {
            return await stream.ReadAsync(buffer, pause.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UpstreamBroken("stopped sending in the middle of an answer");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidDataException or InvalidOperationException)
        {
            throw new UpstreamBroken("ended the connection in the middle of an answer");
        }
    }

    private async Task<UpstreamAnswer> FollowAsync(
        UpstreamRegistry registry, Uri url, string? token, Action<HttpRequestHeaders> headers, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            if (Forbidden(registry, url) is { } forbidden)
            {
                return new UpstreamAnswer.Failed($"{registry} {forbidden}");
            }
            var response = await SendAsync(registry, HttpMethod.Get, url, token, headers, null, cancellationToken);
            if (response.Headers.Location is not { } place || (int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
            {
                return Answered(registry, response);
            }
            response.Dispose();
            if (redirects == MostRedirects)
            {
                return new UpstreamAnswer.Failed($"{registry} redirects more than {MostRedirects} times");
            }
            if (!Uri.TryCreate(url, place, out var next))
            {
                return new UpstreamAnswer.Failed($"{registry} redirects to what is no address");
            }
            url = next;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        UpstreamRegistry registry, HttpMethod method, Uri url, string? token, Action<HttpRequestHeaders> headers, byte[]? json, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(ClientOf(registry));
        using var request = new HttpRequestMessage(method, url);
        if (json is not null)
        {
            request.Content = new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }
        headers(request.Headers);
        request.Headers.UserAgent.ParseAdd("Assay");
        if (token is not null && IsOwn(registry, url))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static UpstreamAnswer Answered(UpstreamRegistry registry, HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.OK)
        {
            return new UpstreamAnswer.Body(response);
        }
        using (response)
        {
            return response.StatusCode switch
            {
                HttpStatusCode.NotModified => new UpstreamAnswer.NotModified(),
                HttpStatusCode.NotFound => new UpstreamAnswer.Missing(),
                var status => new UpstreamAnswer.Failed($"{registry} answered {(int)status}", (int)status),
            };
        }
    }

    private static bool IsOfNetwork(Exception failure, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested && failure is HttpRequestException or IOException or OperationCanceledException or Polly.ExecutionRejectedException;

    private static bool IsOwn(UpstreamRegistry registry, Uri url) => url.Scheme == registry.Url.Scheme && url.Authority == registry.Url.Authority;

    private static string? Forbidden(UpstreamRegistry registry, Uri url)
    {
        if (url.Scheme is not ("http" or "https"))
        {
            return "leads to what is not http";
        }
        if (IsOwn(registry, url))
        {
            return null;
        }
        if (!registry.AlsoFrom.Contains(url.Authority, StringComparer.OrdinalIgnoreCase) && !registry.AlsoFrom.Contains(url.Host, StringComparer.OrdinalIgnoreCase))
        {
            return $"leads to the host {Printable.Cut(Printable.Ascii(url.Host), 100)}, which is not among {UpstreamOptions.Section}:Registries:{registry.Id}:AlsoFrom";
        }
        return url.Scheme == Uri.UriSchemeHttps || registry.Url.Scheme == Uri.UriSchemeHttp ? null : "leads from https to http";
    }

    // The message can quote what the other side sent.
    private static string ReasonOf(Exception failure) => failure switch
    {
        Polly.CircuitBreaker.BrokenCircuitException => "failed too often lately and is left alone for a moment",
        OperationCanceledException or Polly.Timeout.TimeoutRejectedException => "does not answer",
        _ => $"cannot be reached: {Printable.Cut(Printable.Ascii(failure.InnerException?.Message ?? failure.Message), LongestReason)}",
    };
}

/// <summary>An answer broke off or went beyond a limit; the message is a sentence's end.</summary>
internal sealed class UpstreamBroken(string message) : Exception(message);
