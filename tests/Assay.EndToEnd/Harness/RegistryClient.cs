using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Assay.EndToEnd.Harness;

/// <summary>The registry's routes as a plain HTTP client sees them, where npm itself would be too slow or too polite.</summary>
internal sealed class RegistryClient : IDisposable
{
#pragma warning disable RS0030 // The server is another process on loopback; the guarded fetch is inside it.
    private readonly HttpClient http = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All });
#pragma warning restore RS0030

    public RegistryClient(Uri registry) => http.BaseAddress = registry;

    public Uri Registry => http.BaseAddress!;

    public async Task<bool> IsUpAsync()
    {
        try
        {
            using var answer = await http.GetAsync("-/ping");

            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>The couch login; answers the person's access token.</summary>
    public async Task<string> SignInAsync(string name, string password)
    {
        var id = $"org.couchdb.user:{name}";
        var body = new JsonObject { ["_id"] = id, ["name"] = name, ["password"] = password, ["type"] = "user", ["roles"] = new JsonArray() };
        using var answer = await SendAsync(HttpMethod.Put, $"-/user/{id}", token: null, body);

        return (string)(await ReadAsync(answer))["token"]!;
    }

    public async Task TrustAsync(string package, string token, JsonObject configuration)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"-/package/{Escape(package)}/trust", token, new JsonArray(configuration));
        await ReadAsync(answer, allowAny: true);
    }

    /// <summary>A policy as the API takes it, where <c>npm trust</c> does not know the provider.</summary>
    public async Task AddPolicyAsync(string package, string token, JsonObject policy)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"-/assay/v1/package/{Escape(package)}/policies", token, policy);
        await ReadAsync(answer, allowAny: true);
    }

    public Task<HttpResponseMessage> ExchangeAsync(string package, string identityToken) =>
        SendAsync(HttpMethod.Post, $"-/npm/v1/oidc/token/exchange/package/{Escape(package)}", identityToken, body: null);

    public async Task<string> ExchangedAsync(string package, string identityToken)
    {
        using var answer = await ExchangeAsync(package, identityToken);

        return (string)(await ReadAsync(answer))["token"]!;
    }

    /// <summary>A request to the registry's own API, which must succeed.</summary>
    public async Task<JsonObject> CallAsync(HttpMethod method, string path, string? token, JsonNode? body = null)
    {
        using var answer = await SendAsync(method, path, token, body);

        return await ReadAsync(answer);
    }

    public Task<HttpResponseMessage> PublishAsync(SamplePackage package, byte[] tarball, string token) =>
        SendAsync(HttpMethod.Put, Escape(package.Name), token, package.ToDocument(tarball));

    /// <summary>The versions a reader sees, with what the packument says of each; none when there is no such package.</summary>
    public async Task<JsonObject> VersionsAsync(string package, string token)
    {
        using var answer = await SendAsync(HttpMethod.Get, Escape(package), token, body: null);

        return answer.StatusCode == HttpStatusCode.NotFound ? [] : (JsonObject)(await ReadAsync(answer))["versions"]!.DeepClone();
    }

    public async Task<byte[]> DownloadAsync(string url, string token)
    {
        using var answer = await SendAsync(HttpMethod.Get, url, token, body: null);
        answer.EnsureSuccessStatusCode();

        return await answer.Content.ReadAsByteArrayAsync();
    }

    /// <summary>Whether the registry takes this token for a person's.</summary>
    public async Task<bool> KnowsAsync(string token)
    {
        using var answer = await SendAsync(HttpMethod.Get, "-/whoami", token, body: null);

        return answer.IsSuccessStatusCode;
    }

    /// <summary>Opens a page as a browser does.</summary>
    public async Task<string> OpenAsync(string page)
    {
        using var answer = await http.GetAsync(page, TestContext.Current.CancellationToken);

        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Opens the page as a browser does, fills in its form and sends it; answers the text that comes back.</summary>
    public async Task<string> SubmitAsync(string page, params (string Field, string Value)[] fields)
    {
        var token = Regex.Match(await OpenAsync(page), "name=\"form\"[^>]*value=\"([0-9a-f]+)\"").Groups[1].Value;
        using var form = new FormUrlEncodedContent([new("form", token), .. fields.Select(field => KeyValuePair.Create(field.Field, field.Value))]);
        using var answer = await http.PostAsync(page, form, TestContext.Current.CancellationToken);

        return await answer.Content.ReadAsStringAsync();
    }

    public void Dispose() => http.Dispose();

    public static string Escape(string package) => package.Replace("/", "%2f", StringComparison.Ordinal);

    /// <summary>A sensitive act, with a code.</summary>
    public Task<HttpResponseMessage> SendWithCodeAsync(HttpMethod method, string path, string token, string code) => SendAsync(method, path, token, body: null, code);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token, JsonNode? body, string? code = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };

        if (code is not null)
        {
            request.Headers.Add("npm-otp", code);
        }

        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);

        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage answer, bool allowAny = false)
    {
        var text = await answer.Content.ReadAsStringAsync();
        // Without the request itself: its headers hold the caller's token.
        Assert.True(
            answer.IsSuccessStatusCode,
            $"{answer.RequestMessage?.Method} {answer.RequestMessage?.RequestUri} answered {(int)answer.StatusCode}: {text}");

        return allowAny ? [] : (JsonObject)JsonNode.Parse(text)!;
    }
}
