using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Assay.Server.Identity;

/// <summary>What the provider says of itself (OpenID Connect Discovery 1.0, section 3).</summary>
/// <param name="Authorization">Where people are sent.</param>
/// <param name="Token">Where a code becomes a token.</param>
/// <param name="Keys">What its tokens are signed with.</param>
/// <param name="NamesItself">Whether each of its answers says whose it is (RFC 9207).</param>
/// <param name="TakesBasic">Whether a client's secret goes into a header; otherwise into the form.</param>
internal sealed record ProviderDocument(Uri Authorization, Uri Token, Uri Keys, bool NamesItself, bool TakesBasic);

/// <summary>The provider's document and keys, remembered for a while. A token with an unknown key makes the keys be looked at again, not more than once a minute.</summary>
internal sealed class OpenIdProvider(ProviderFetch fetch, IOptions<IdentityOptions> options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan CoolDown = TimeSpan.FromMinutes(1);
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    private readonly SemaphoreSlim turn = new(1);
    private (ProviderDocument Document, DateTimeOffset At)? document;
    private (IReadOnlyList<JsonWebKey> Keys, DateTimeOffset At)? keys;

    /// <exception cref="ProviderUnavailable">It cannot be had, or is not this provider's.</exception>
    public async Task<ProviderDocument> DocumentAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await DocumentInTurnAsync(cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <exception cref="ProviderUnavailable">They cannot be had.</exception>
    public async Task<IReadOnlyList<JsonWebKey>> KeysAsync(string keyId, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            if (keys is not { } known || now - known.At > Fresh || (now - known.At > CoolDown && !known.Keys.Any(key => key.Kid == keyId)))
            {
                keys = known = (Read(await fetch.GetAsync((await DocumentInTurnAsync(cancellationToken)).Keys, cancellationToken)), now);
            }
            return known.Keys;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task<ProviderDocument> DocumentInTurnAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (document is not { } known || now - known.At > Fresh)
        {
            var url = new Uri(options.Value.SingleSignOn.Issuer.TrimEnd('/') + "/.well-known/openid-configuration");
            document = known = (Parse(await fetch.GetAsync(url, cancellationToken)), now);
        }
        return known.Document;
    }

    private ProviderDocument Parse(string text)
    {
        try
        {
            var root = JsonElement.Parse(text, Strict);
            if (Text(root, "issuer") != options.Value.SingleSignOn.Issuer)
            {
                throw new ProviderUnavailable($"The provider's document says another issuer than {SingleSignOnOptions.Section}:{nameof(SingleSignOnOptions.Issuer)}.");
            }
            return new ProviderDocument(
                Url(root, "authorization_endpoint"), Url(root, "token_endpoint"), Url(root, "jwks_uri"),
                root.TryGetProperty("authorization_response_iss_parameter_supported", out var names) && names.ValueKind is JsonValueKind.True,
                !root.TryGetProperty("token_endpoint_auth_methods_supported", out var methods)
                    || methods.EnumerateArray().Any(method => method.ValueEquals("client_secret_basic")));
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            throw new ProviderUnavailable("The provider's document is not a JSON object in which each member stands once.");
        }
    }

    private Uri Url(JsonElement root, string name) =>
        Uri.TryCreate(Text(root, name), UriKind.Absolute, out var url) && fetch.IsAcceptable(url)
            ? url
            : throw new ProviderUnavailable($"The provider's document has no '{name}' with https.");

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var member) && member.ValueKind is JsonValueKind.String ? member.GetString() : null;

    private static IReadOnlyList<JsonWebKey> Read(string text)
    {
        try
        {
            _ = JsonElement.Parse(text, Strict);
            return [.. new JsonWebKeySet(text).Keys];
        }
        catch (Exception malformed) when (malformed is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new ProviderUnavailable("The provider's keys are not a JSON object in which each member stands once.");
        }
    }
}
