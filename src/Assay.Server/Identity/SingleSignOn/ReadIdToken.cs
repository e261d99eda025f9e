using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Assay.Server.Identity;

/// <summary>Who the provider says has signed in. The subject is its name for them that never changes; the rest is for people to read.</summary>
internal sealed record ProviderIdentity(string Subject, string? Email, bool IsEmailVerified, string? SuggestedName)
{
    public string Label => Email ?? SuggestedName ?? Subject;
}

/// <summary>Verifies an ID token (OpenID Connect Core 1.0, section 3.1.3.7): signature, issuer, audience, times, nonce; then what the operator asks of people.</summary>
internal sealed class ReadIdToken(OpenIdProvider provider, IOptions<IdentityOptions> options, TimeProvider time)
{
    private const int LongestSubject = 255;
    private static readonly TimeSpan Leeway = TimeSpan.FromMinutes(1);

    // Never unsigned, and never with a secret that both sides have.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    private SingleSignOnOptions Settings => options.Value.SingleSignOn;

    /// <summary>The identity, or why it does not count.</summary>
    /// <exception cref="ProviderUnavailable">The keys cannot be had.</exception>
    public async Task<(ProviderIdentity? Identity, string? Problem)> RunAsync(string idToken, string nonce, CancellationToken cancellationToken)
    {
        if (KeyIdOf(idToken) is not { } keyId)
        {
            return (null, "The provider's answer has no ID token.");
        }
        var keys = await provider.KeysAsync(keyId, cancellationToken);
        var result = await Handler.ValidateTokenAsync(idToken, Parameters(keys));
        if (!result.IsValid || result.SecurityToken is not JsonWebToken token)
        {
            return (null, "The provider's ID token does not verify: its signature, its issuer, whom it is for, or its times.");
        }
        if (Text(token, "nonce") != nonce || !IsForUs(token))
        {
            return (null, "The provider's ID token was made for another sign-in.");
        }
        return token.Subject is { Length: > 0 and <= LongestSubject } subject
            ? Admitted(token, new ProviderIdentity(subject, Text(token, "email"), IsEmailVerified(token), Text(token, "preferred_username")))
            : (null, "The provider's ID token names nobody.");
    }

    /// <summary>Empty when it names no key; null when it is no token.</summary>
    private static string? KeyIdOf(string idToken)
    {
        try
        {
            return Handler.ReadJsonWebToken(idToken).Kid ?? "";
        }
        catch (Exception malformed) when (malformed is ArgumentException or SecurityTokenException or FormatException or System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private TokenValidationParameters Parameters(IReadOnlyList<JsonWebKey> keys) => new()
    {
        ValidIssuer = Settings.Issuer,
        ValidAudience = Settings.ClientId,
        IssuerSigningKeys = keys,
        ValidAlgorithms = Algorithms,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        LifetimeValidator = (from, until, _, _) =>
            until is { } end && end + Leeway >= time.GetUtcNow().UtcDateTime && (from is not { } begin || begin - Leeway <= time.GetUtcNow().UtcDateTime),
    };

    // With several audiences it has to say that it was made for this one.
    private bool IsForUs(JsonWebToken token) => Text(token, "azp") is { } party ? party == Settings.ClientId : token.Audiences.Count() == 1;

    private (ProviderIdentity? Identity, string? Problem) Admitted(JsonWebToken token, ProviderIdentity identity)
    {
        if (Settings.EmailDomains.Count > 0 && !(identity is { IsEmailVerified: true, Email: { } email } && Settings.EmailDomains.Contains(email[(email.LastIndexOf('@') + 1)..], StringComparer.OrdinalIgnoreCase)))
        {
            return (null, "Only people with a verified e-mail address of certain domains sign in here, and the provider names none for you.");
        }
        return Settings.RequiredClaim.Length == 0 || Values(token, Settings.RequiredClaim).Contains(Settings.RequiredValue, StringComparer.Ordinal)
            ? (identity, null)
            : (null, $"Only people whose '{Settings.RequiredClaim}' at the provider has a certain value sign in here.");
    }

    private static bool IsEmailVerified(JsonWebToken token) =>
        token.TryGetPayloadValue("email_verified", out object? value) && value is true or "true";

    private static string? Text(JsonWebToken token, string claim) => token.TryGetPayloadValue(claim, out string? value) ? value : null;

    private static IEnumerable<string> Values(JsonWebToken token, string claim) => token.Claims.Where(found => found.Type == claim).Select(found => found.Value);
}
