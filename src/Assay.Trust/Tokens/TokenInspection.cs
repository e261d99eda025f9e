using Assay.Trust.Bindings;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;
using Microsoft.IdentityModel.Tokens;

namespace Assay.Trust.Tokens;

/// <summary>
/// Asks of a token what <see cref="TokenVerification"/> asks, and goes on after the first thing that is wrong. The answers are for people to read:
/// nothing can be had for them.
/// </summary>
public static class TokenInspection
{
    public static TokenCheck Shape(Refusal? malformed) => new()
    {
        Name = TokenCheck.Shape,
        Expected = "three segments of base64url: header, claims, signature",
        Presented = malformed is null ? "a well-formed token" : "something else",
        Refusal = malformed,
    };

    public static TokenCheck Issuer(UnverifiedToken token, bool isKnown) => new()
    {
        Name = TokenCheck.Issuer,
        Expected = "the issuer of an enabled binding, character for character",
        Presented = $"'{Printable.Value(token.Issuer)}'",
        Refusal = isKnown ? null : TokenVerification.UnknownIssuer(token),
    };

    /// <summary>The key that the token names, and its signature.</summary>
    public static IReadOnlyList<TokenCheck> Signature(UnverifiedToken token, ProviderDefinition definition, IReadOnlyList<JsonWebKey> keys)
    {
        var refusal = TokenSignature.Check(token, definition, keys);
        return refusal is null or { Code: RefusalCodes.BadSignature } ? [Key(token, null), Signed(refusal)] : WithoutKey(token, refusal);
    }

    /// <summary>The same when there is no key to verify with.</summary>
    public static IReadOnlyList<TokenCheck> WithoutKey(UnverifiedToken token, Refusal refusal) => [Key(token, refusal), Signed(refusal, "not verified")];

    /// <summary>Audience and times.</summary>
    public static IReadOnlyList<TokenCheck> Envelope(
        UnverifiedToken token, ProviderDefinition definition, IssuerBinding binding, IReadOnlySet<string> audiences, DateTimeOffset now, TimeSpan leeway)
    {
        var accepted = binding.Audiences(audiences);
        return
        [
            new TokenCheck
            {
                Name = TokenCheck.Audience,
                Expected = TokenEnvelope.ShownAudiences(accepted),
                Presented = TokenEnvelope.ShownAudience(token.Payload),
                Refusal = TokenEnvelope.CheckAudience(token.Payload, accepted),
            },
            new TokenCheck
            {
                Name = TokenCheck.Times,
                Expected = $"valid at {TokenEnvelope.Shown(now)}, clocks may differ by {leeway.TotalSeconds:0} seconds",
                Presented = TokenEnvelope.ShownTimes(token.Payload),
                Refusal = TokenEnvelope.CheckTimes(token.Payload, definition.Token, now, leeway, out _),
            },
        ];
    }

    /// <summary>Whether the registry can know what the token was used for; null where the token does not say when it was issued.</summary>
    public static TokenCheck? Restore(UnverifiedToken token, DateTimeOffset restored) => TokenEnvelope.IssuedAt(token.Payload) is not { } issuedAt ? null : new TokenCheck
    {
        Name = TokenCheck.Restore,
        Expected = $"issued after the registry was restored from a backup, at {TokenEnvelope.Shown(restored)}",
        Presented = $"issued {TokenEnvelope.Shown(issuedAt)}",
        Refusal = TokenEnvelope.CheckRestore(issuedAt, restored),
    };

    private static TokenCheck Key(UnverifiedToken token, Refusal? refusal) => new()
    {
        Name = TokenCheck.Key,
        Expected = "a signing key that the issuer lists and that fits the algorithm",
        Presented = $"'{Printable.Value(token.KeyId)}', {token.Algorithm}",
        Refusal = refusal,
    };

    private static TokenCheck Signed(Refusal? refusal, string? presented = null) => new()
    {
        Name = TokenCheck.Signature,
        Expected = "made with that key",
        Presented = presented ?? (refusal is null ? "it verifies" : "it does not verify"),
        Refusal = refusal,
    };
}
