using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Assay.EndToEnd.Simulator;

internal sealed class SimulatorClient : IDisposable
{
#pragma warning disable RS0030 // The simulator listens on loopback; the guarded fetch belongs to the server.
    private readonly HttpClient http = new();
#pragma warning restore RS0030

    public async Task<HttpResponseMessage> GetAsync(string url, string? bearer = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);

        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<JsonObject> ReadAsync(string url, string? bearer = null)
    {
        using var answer = await GetAsync(url, bearer);

        return (JsonObject)JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!;
    }

    /// <summary>Asks for a token as the job of this environment would.</summary>
    public async Task<IssuedToken> RequestTokenAsync(IReadOnlyDictionary<string, string> job, string query = "&audience=npm:localhost")
    {
        var answer = await ReadAsync(job["ACTIONS_ID_TOKEN_REQUEST_URL"] + query, job["ACTIONS_ID_TOKEN_REQUEST_TOKEN"]);

        return new IssuedToken((string)answer["value"]!);
    }

    public async Task<IReadOnlyDictionary<string, string>> StartAsync(Uri url, string body)
    {
        using var content = new StringContent(body);
        using var answer = await http.PostAsync(url, content, TestContext.Current.CancellationToken);
        var json = JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!;

        return ((JsonObject)json["env"]!).ToDictionary(variable => variable.Key, variable => (string)variable.Value!);
    }

    /// <summary>The keys of an issuer, found as a relying party finds them.</summary>
    public async Task<JsonArray> DiscoverKeysAsync(Uri issuer)
    {
        var document = await ReadAsync($"{issuer.OriginalString}/.well-known/openid-configuration");
        Assert.Equal(issuer.OriginalString, (string?)document["issuer"]);

        return (JsonArray)(await ReadAsync((string)document["jwks_uri"]!))["keys"]!;
    }

    public void Dispose() => http.Dispose();
}
