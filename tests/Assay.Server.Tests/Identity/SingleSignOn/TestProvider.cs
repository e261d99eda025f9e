using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Assay.Server.Tests.Identity.SingleSignOn;

/// <summary>An OpenID provider on loopback that says what a test wants. What a real one does is tried in the end-to-end tests.</summary>
internal sealed class TestProvider : IAsyncDisposable
{
    public const string ClientId = "assay-test";
    public const string Secret = "the client's secret";

    private readonly WebApplication app;
    private readonly RSA key = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, (string Challenge, string Token)> codes = new();

    private TestProvider(WebApplication app, Uri url)
    {
        this.app = app;
        Issuer = url.AbsoluteUri.TrimEnd('/');
    }

    public string Issuer { get; }

    /// <summary>Whether it says whose its answers are.</summary>
    public bool NamesItself { get; set; }

    public string[] Options(params string[] more) =>
    [
        $"--Assay:Identity:SingleSignOn:Issuer={Issuer}", $"--Assay:Identity:SingleSignOn:ClientId={ClientId}", "--Assay:Identity:SingleSignOn:InsecureHttp=true",
        "--Assay:Identity:SingleSignOn:DisplayName=Acme", .. more,
    ];

    public static async Task<TestProvider> StartAsync()
    {
        var url = new Uri($"http://localhost:{FreePort.Next()}/");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url.AbsoluteUri);
        var app = builder.Build();
        var provider = new TestProvider(app, url);
        app.MapGet("/.well-known/openid-configuration", () => Json(provider.Document()));
        app.MapGet("/jwks", () => Json(provider.Keys()));
        // As a delegate: for a method of the context alone, what it answers would be thrown away.
        app.MapPost("/token", (Delegate)provider.TokenAsync);
        await app.StartAsync();
        return provider;
    }

    /// <summary>A code for what the browser was sent here with; the token says what a test changes of it.</summary>
    public string Grant(Uri sentTo, string subject, Action<JsonObject>? change = null)
    {
        var query = QueryHelpers.ParseQuery(sentTo.Query);
        var now = TimeProvider.System.GetUtcNow();
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = ClientId,
            ["sub"] = subject,
            ["nonce"] = query["nonce"].ToString(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
            ["email"] = $"{subject}@acme.example",
            ["email_verified"] = true,
            ["preferred_username"] = subject,
        };
        change?.Invoke(claims);
        var code = RandomNumberGenerator.GetHexString(20);
        codes[code] = (query["code_challenge"].ToString(), Sign(claims, new SigningCredentials(new RsaSecurityKey(key) { KeyId = "one" }, SecurityAlgorithms.RsaSha256)));
        return code;
    }

    /// <summary>Puts another token in place of the one that a code is good for.</summary>
    public void Replace(string code, Func<string, string> change) => codes[code] = codes[code] with { Token = change(codes[code].Token) };

    public static string Sign(JsonObject claims, SigningCredentials? credentials)
    {
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        return credentials is null ? handler.CreateToken(claims.ToJsonString()) : handler.CreateToken(claims.ToJsonString(), credentials);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
    }

    private static IResult Json(JsonObject json) => Results.Text(json.ToJsonString(), "application/json");

    private JsonObject Document() => new()
    {
        ["issuer"] = Issuer,
        ["authorization_endpoint"] = $"{Issuer}/authorize",
        ["token_endpoint"] = $"{Issuer}/token",
        ["jwks_uri"] = $"{Issuer}/jwks",
        ["authorization_response_iss_parameter_supported"] = NamesItself,
    };

    private JsonObject Keys()
    {
        var numbers = key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "RSA",
                ["kid"] = "one",
                ["use"] = "sig",
                ["alg"] = "RS256",
                ["n"] = Base64UrlEncoder.Encode(numbers.Modulus),
                ["e"] = Base64UrlEncoder.Encode(numbers.Exponent),
            }),
        };
    }

    private async Task<IResult> TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var verifier = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        return codes.TryRemove(form["code"].ToString(), out var found) && found.Challenge == verifier && form["client_id"] == ClientId
            ? Json(new JsonObject { ["access_token"] = "unused", ["token_type"] = "Bearer", ["id_token"] = found.Token })
            : Results.BadRequest();
    }
}
