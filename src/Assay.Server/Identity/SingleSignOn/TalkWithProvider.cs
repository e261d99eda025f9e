using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Trust.Refusals;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>What came back with the browser.</summary>
internal sealed record ProviderAnswer(string? Code, string? State, string? Issuer, string? Error);

/// <summary>What is said between this registry and the OpenID provider about one sign-in: authorization code with PKCE.</summary>
internal sealed class TalkWithProvider(
    OpenIdProvider provider, ProviderFetch fetch, ReadIdToken read, ClientSecret secret, PublicUrl url, IOptions<IdentityOptions> options)
{
    private SingleSignOnOptions Settings => options.Value.SingleSignOn;

    /// <summary>Where the browser goes, with what it keeps meanwhile.</summary>
    /// <exception cref="ProviderUnavailable">The provider cannot be asked.</exception>
    public async Task<string> AskAsync(string state, string browser, CancellationToken cancellationToken)
    {
        var document = await provider.DocumentAsync(cancellationToken);
        return QueryHelpers.AddQueryString(document.Authorization.AbsoluteUri, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = Settings.ClientId,
            ["redirect_uri"] = url.At(ProviderSignIns.Callback),
            ["scope"] = Settings.Scopes,
            ["state"] = state,
            ["nonce"] = Derived("nonce", browser),
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Derived("verifier", browser)))),
            ["code_challenge_method"] = "S256",
        });
    }

    /// <summary>Who the provider says it is, or what is wrong with its answer to this browser.</summary>
    /// <exception cref="ProviderUnavailable">The provider cannot be asked.</exception>
    public async Task<(ProviderIdentity? Identity, string? Problem)> HearAsync(ProviderAnswer answer, string browser, CancellationToken cancellationToken)
    {
        var document = await provider.DocumentAsync(cancellationToken);
        if (answer.Issuer is { } named ? named != Settings.Issuer : document.NamesItself)
        {
            return (null, "The answer is not the provider's.");
        }
        if (answer.Error is not null || answer.Code is null)
        {
            return (null, $"The provider did not sign you in: {Printable.Value(answer.Error ?? "no code")}.");
        }
        return await RedeemAsync(document, answer.Code, Derived("verifier", browser), cancellationToken) is { } token
            ? await read.RunAsync(token, Derived("nonce", browser), cancellationToken)
            : (null, "The provider did not take its own code. Begin again; if it stays so, the client id or secret is wrong.");
    }

    // Neither the nonce nor the verifier is stored: both are made of what the browser keeps.
    private static string Derived(string use, string browser) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($"{use}:{browser}")));

    private async Task<string?> RedeemAsync(ProviderDocument document, string code, string verifier, CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = url.At(ProviderSignIns.Callback),
            ["code_verifier"] = verifier,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, document.Token);
        if (secret.IsThere && document.TakesBasic)
        {
            // Each part as a form would spell it (RFC 6749, section 2.3.1).
            var pair = $"{WebUtility.UrlEncode(Settings.ClientId)}:{WebUtility.UrlEncode(secret.Reveal())}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }
        else
        {
            form["client_id"] = Settings.ClientId;
            if (secret.IsThere)
            {
                form["client_secret"] = secret.Reveal();
            }
        }
        request.Content = new FormUrlEncodedContent(form);
        var (status, body) = await fetch.PostAsync(request, cancellationToken);
        return status == HttpStatusCode.OK ? IdTokenOf(body) : null;
    }

    private static string? IdTokenOf(string body)
    {
        try
        {
            return (JsonNode.Parse(body) as JsonObject)?.Text("id_token");
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
