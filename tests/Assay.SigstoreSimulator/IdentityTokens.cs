using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Assay.SigstoreSimulator;

/// <summary>Verifies identity tokens with the keys that their issuer publishes, as far as a simulated issuer needs it.</summary>
internal sealed class IdentityTokens(TimeProvider clock) : IDisposable
{
    private const string Audience = "sigstore";

#pragma warning disable RS0030 // Issuers on loopback.
    private readonly HttpClient http = new();
#pragma warning restore RS0030

    /// <summary>Null when nobody on this machine has signed it for Sigstore, or it has expired.</summary>
    public async Task<JsonObject?> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Split('.') is not [var head, var body, var signature] || Decode(head) is not { } header || Decode(body) is not { } claims
            || !Uri.TryCreate((string?)claims["iss"], UriKind.Absolute, out var issuer) || !issuer.IsLoopback
            || (string?)claims["aud"] != Audience || (long?)claims["exp"] <= clock.GetUtcNow().ToUnixTimeSeconds())
        {
            return null;
        }

        using var key = await KeyAsync(issuer, (string?)header["kid"], cancellationToken);

        return key is not null && key.VerifyData(
            Encoding.ASCII.GetBytes($"{head}.{body}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                ? claims
                : null;
    }

    public void Dispose() => http.Dispose();

    private async Task<RSA?> KeyAsync(Uri issuer, string? id, CancellationToken cancellationToken)
    {
        var discovery = await ReadAsync($"{issuer.OriginalString}/.well-known/openid-configuration", cancellationToken);
        var keys = await ReadAsync((string)discovery["jwks_uri"]!, cancellationToken);
        var found = keys["keys"]!.AsArray().FirstOrDefault(key => (string?)key!["kid"] == id);

        return found is null ? null : RSA.Create(new RSAParameters { Modulus = Bytes(found["n"]), Exponent = Bytes(found["e"]) });
    }

    private async Task<JsonNode> ReadAsync(string url, CancellationToken cancellationToken) =>
        JsonNode.Parse(await http.GetStringAsync(new Uri(url), cancellationToken))!;

    private static byte[] Bytes(JsonNode? text) => Base64Url.DecodeFromChars((string)text!);

    private static JsonObject? Decode(string part) => JsonNode.Parse(Base64Url.DecodeFromChars(part)) as JsonObject;
}
