using System.Buffers.Text;
using System.Security.Cryptography;
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
        var refusal = CheckIssuer(token, binding)
            ?? TokenSignature.Check(token, definition, keys)
            ?? TokenEnvelope.CheckAudience(token.Payload, audiences)
            ?? TokenEnvelope.CheckTimes(token.Payload, definition.Token, now, leeway, out times)
            ?? ClaimReader.Read(token.Payload, definition, table)
            ?? ClaimRules.Check(definition, binding.Issuer, table)
            ?? Derive(definition, table);
        return refusal is null
            ? new Verification.Verified(new VerifiedClaims(definition, binding, table, times, ReplayId(token, definition)))
            : new Verification.Refused(refusal);
    }

    /// <summary>For a token whose issuer no enabled binding has; nothing is fetched for it.</summary>
    public static Refusal UnknownIssuer(UnverifiedToken token) =>
        new(
            RefusalCodes.UnknownIssuer,
            $"The issuer '{Printable.Value(token.Issuer)}' is not trusted here. Issuers are compared character for character; "
            + "an enterprise's own issuer is another one than the public one.");

    /// <summary>The binding was looked up by what the token said; that it is this binding's issuer must hold here, not by custom.</summary>
    private static Refusal? CheckIssuer(UnverifiedToken token, IssuerBinding binding) =>
        token.Issuer == binding.Issuer ? null : UnknownIssuer(token);

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
        && token.Payload.TryGetProperty("jti", out var jti) && jti.ValueKind is System.Text.Json.JsonValueKind.String
        && jti.GetString() is { Length: > 0 and <= MaximumTokenIdLength } id
            ? id
            : Base64Url.EncodeToString(SHA256.HashData(token.SignedBytes));
}
