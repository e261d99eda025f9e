using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Trust.Bindings;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;
using Microsoft.IdentityModel.Tokens;

namespace Assay.Trust.Tokens;

/// <summary>The only way from an unverified token to claims that may be believed.</summary>
public static class TokenVerification
{
    /// <summary>The most that clocks may differ.</summary>
    public static readonly TimeSpan MaximumLeeway = TimeSpan.FromSeconds(60);

    private const int MaximumTokenIdLength = 255;

    public static Verification Verify(
        UnverifiedToken token,
        ProviderDefinition definition,
        IssuerBinding binding,
        IReadOnlyList<JsonWebKey> keys,
        IReadOnlySet<string> audiences,
        DateTimeOffset now,
        TimeSpan leeway)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(leeway, MaximumLeeway);
        ArgumentOutOfRangeException.ThrowIfNotEqual(binding.ProviderId, definition.Id);

        var table = new ClaimTable(binding.Constants);
        TokenTimes times = default;
        if ((CheckIssuer(token, binding) ?? TokenSignature.Check(token, definition, keys)) is { } notTheIssuers)
        {
            return new Verification.Refused(notTheIssuers);
        }
        if ((TokenEnvelope.CheckAudience(token.Payload, binding.Audiences(audiences))
            ?? TokenEnvelope.CheckTimes(token.Payload, definition.Token, now, leeway, out times)) is { } notForHere)
        {
            return new Verification.Refused(notForHere) { SignedClaims = TryAssume(token, definition, binding, out var signed) is null ? signed : null };
        }
        if (ClaimReader.Read(token.Payload, definition, binding, table) is { } notUnderstood)
        {
            return new Verification.Refused(notUnderstood);
        }
        return Judge(definition, binding, table) is { } notAllowed
            ? new Verification.Refused(notAllowed) { SignedClaims = new AssumedClaims(definition, binding, table) }
            : new Verification.Verified(new VerifiedClaims(definition, binding, table, times, ReplayId(token, definition))
            {
                WriteRefusal = ClaimRules.CheckWrite(definition, binding, table),
            });
    }

    /// <summary>
    /// Reads a payload by its provider's definition without asking who signed it, for "what would happen" questions. Audience and times are not
    /// looked at either.
    /// </summary>
    public static Refusal? TryAssume(JsonElement payload, ProviderDefinition definition, IssuerBinding binding, out AssumedClaims? claims)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(binding.ProviderId, definition.Id);

        var table = new ClaimTable(binding.Constants);
        return Assume(ClaimReader.Read(payload, definition, binding, table), definition, binding, table, out claims);
    }

    /// <inheritdoc cref="TryAssume(JsonElement, ProviderDefinition, IssuerBinding, out AssumedClaims?)"/>
    public static Refusal? TryAssume(UnverifiedToken token, ProviderDefinition definition, IssuerBinding binding, out AssumedClaims? claims) =>
        TryAssume(token.Payload, definition, binding, out claims);

    /// <summary>Reads claims that <see cref="KeptClaims"/> wrote. Personal ones were not kept, so they count as absent.</summary>
    public static Refusal? TryRecall(JsonObject kept, ProviderDefinition definition, IssuerBinding binding, out AssumedClaims? claims)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(binding.ProviderId, definition.Id);

        var table = new ClaimTable(binding.Constants);
        return Assume(KeptClaims.Read(kept, definition, binding, table), definition, binding, table, out claims);
    }

    /// <summary>For a registry that was restored from a backup: what the token was used for before is forgotten.</summary>
    public static Refusal? CheckRestore(VerifiedClaims claims, DateTimeOffset restored) => TokenEnvelope.CheckRestore(claims.IssuedAt, restored);

    /// <summary>For a token whose issuer no enabled binding has; nothing is fetched for it.</summary>
    public static Refusal UnknownIssuer(UnverifiedToken token) =>
        new(
            RefusalCodes.UnknownIssuer,
            $"The issuer '{Printable.Value(token.Issuer)}' is not trusted here. Issuers are compared character for character; "
            + "an enterprise's own issuer is another one than the public one.");

    /// <summary>The binding was looked up by what the token said; that it is this binding's issuer must hold here, not by custom.</summary>
    private static Refusal? CheckIssuer(UnverifiedToken token, IssuerBinding binding) =>
        token.Issuer == binding.Issuer ? null : UnknownIssuer(token);

    private static Refusal? Assume(
        Refusal? unread, ProviderDefinition definition, IssuerBinding binding, ClaimTable table, out AssumedClaims? claims)
    {
        var refusal = unread ?? Judge(definition, binding, table);
        claims = refusal is not null ? null : new AssumedClaims(definition, binding, table)
        {
            WriteRefusal = ClaimRules.CheckWrite(definition, binding, table),
        };
        return refusal;
    }

    private static Refusal? Judge(ProviderDefinition definition, IssuerBinding binding, ClaimTable table) =>
        ClaimRules.Check(definition, binding, table) ?? Derive(definition, table);

    private static Refusal? Derive(ProviderDefinition definition, ClaimTable table)
    {
        foreach (var (name, rule) in definition.Derive)
        {
            if (Extractors.Run(rule, table) is not { } value)
            {
                var source = rule.Inputs["value"];
                var shown = Printable.Value(table.Text(source) ?? "");
                return new Refusal(
                    RefusalCodes.WorkflowUnreadable,
                    $"Claim '{source.Name}' is '{shown}': it does not name a file of the run's own project and ref.");
            }
            table.AddDerived(name, value);
        }
        return null;
    }

    /// <summary>The hash covers the signed segments only: an ECDSA signature can be written anew without the key.</summary>
    private static string ReplayId(UnverifiedToken token, ProviderDefinition definition) =>
        definition.Token.Replay is ReplayIdentity.Jti
        && token.Payload.TryGetProperty("jti", out var jti) && jti.ValueKind is JsonValueKind.String
        && jti.GetString() is { Length: > 0 and <= MaximumTokenIdLength } id
            ? id
            : Base64Url.EncodeToString(SHA256.HashData(token.SignedBytes));
}
