using System.Net;
using System.Net.Http.Headers;

namespace Assay.Cli.Registry;

/// <summary>
/// Asks one registry, with its token if there is one. Nothing is sent to another host: redirects are followed on the registry's own only.
/// </summary>
internal sealed class RegistryClient : IDisposable
{
    private const int MostRedirects = 3;
    private const int Tries = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    private readonly HttpClient http;
    private readonly string? token;

    public RegistryClient(RegistryUrl registry, string? token, int connections, TimeSpan timeout)
    {
        Registry = registry;
        this.token = token;
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            MaxConnectionsPerServer = connections,
            ConnectTimeout = timeout,
        };
#pragma warning disable RS0030 // The guarded fetch is the server's, for addresses that strangers give; this one is given by who runs the command.
        http = new HttpClient(sockets) { Timeout = timeout };
#pragma warning restore RS0030
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("assay", "0.1"));
    }

    public RegistryUrl Registry { get; }

    /// <param name="path">Under the registry's address.</param>
    /// <param name="limit">More bytes than these are not read.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<RegistryAnswer> GetAsync(string path, int limit, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AskAsync(Registry.At(path), limit, cancellationToken);
            }
            catch (Exception exception) when (IsPassing(exception, cancellationToken))
            {
                if (attempt == Tries)
                {
                    throw new RegistryUnavailable($"{Registry}{path}: {Reason(exception)} ({Tries} tries)");
                }
            }
            await Task.Delay(FirstPause * Math.Pow(3, attempt - 1), cancellationToken);
        }
    }

    /// <summary>Sends JSON, once: a second time could do it twice. No redirect is followed.</summary>
    /// <param name="path">Under the registry's address.</param>
    /// <param name="json">The body.</param>
    /// <param name="limit">More bytes than these are not read.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<SentAnswer> PostAsync(string path, byte[] json, int limit, CancellationToken cancellationToken)
    {
        var url = Registry.At(path);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(json) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            if (token is not null)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return new SentAnswer((int)response.StatusCode, await ReadBodyAsync(url, response, limit, cancellationToken));
        }
        catch (Exception exception) when (IsPassing(exception, cancellationToken))
        {
            throw new RegistryUnavailable($"{url}: {Reason(exception)}. Whether it arrived is not known");
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<RegistryAnswer> AskAsync(Uri url, int limit, CancellationToken cancellationToken)
    {
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            if (token is not null)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
            {
                return await ReadAsync(url, response, limit, cancellationToken);
            }
            url = Target(url, response.Headers.Location);
        }
        throw new RegistryUnavailable($"{url}: more than {MostRedirects} redirects");
    }

    private Uri Target(Uri from, Uri? location)
    {
        var target = location is null ? from : new Uri(from, location);
        return Registry.HasHostOf(target) ? target : throw new RegistryUnavailable(
            $"{from} redirects to another host ({target.Authority}), which is not followed");
    }

    private static async Task<RegistryAnswer> ReadAsync(Uri url, HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        switch ((int)response.StatusCode)
        {
            case 200:
                return new RegistryAnswer(await ReadBodyAsync(url, response, limit, cancellationToken));
            case 404:
                return RegistryAnswer.Missing;
            case 401 or 403:
                throw new RegistryUnavailable($"{url}: {(int)response.StatusCode}, it wants (other) credentials: a line //HOST/:_authToken=… in .npmrc, or --token-file");
            case >= 500 or 429:
                throw new HttpRequestException(null, null, response.StatusCode);
            default:
                throw new RegistryUnavailable($"{url}: answered {(int)response.StatusCode}");
        }
    }

    // Counted after decompression: what was promised to be small may unpack to anything.
    private static async Task<byte[]> ReadBodyAsync(Uri url, HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (read.Length + count > limit)
            {
                throw new AnswerRefused($"{url} answers more than {limit} bytes.");
            }
            read.Write(buffer, 0, count);
        }
        return read.ToArray();
    }

    private static bool IsPassing(Exception exception, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && exception is HttpRequestException or IOException or TaskCanceledException or InvalidDataException;

    private static string Reason(Exception exception) => exception switch
    {
        TaskCanceledException => "no answer in time",
        HttpRequestException { StatusCode: { } status } => $"answered {(int)status}",
        _ => exception.Message,
    };
}
