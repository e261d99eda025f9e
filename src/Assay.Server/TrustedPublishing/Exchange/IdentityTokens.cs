using Assay.Server.Answers;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>From the text of a bearer to claims that may be believed.</summary>
internal sealed partial class IdentityTokens(
    TrustStore trust, IssuerKeys keys, PublicUrl publicUrl, IOptions<TrustedPublishingOptions> options, TimeProvider time, ILogger<IdentityTokens> logger)
{
    private TimeSpan Leeway => TimeSpan.FromSeconds(options.Value.ClockLeewaySeconds);

    public async Task<Identification> VerifyAsync(string? bearer, CancellationToken cancellationToken)
    {
        if (!UnverifiedToken.TryParse(bearer ?? "", TokenLimits.Default, out var token, out var malformed))
        {
            return new Identification.Refused(malformed, "");
        }
        var issuers = await trust.IssuersAsync(cancellationToken);
        // Character for character, and before anything is fetched: strangers must not steer outgoing requests.
        if (issuers.FirstOrDefault(known => known.Binding.Issuer == token.Issuer) is not { } issuer)
        {
            return new Identification.Refused(TokenVerification.UnknownIssuer(token), "");
        }
        try
        {
            return await VerifyAsync(token, issuer, cancellationToken);
        }
        catch (IssuerUnreachable failure)
        {
            KeysMissing(issuer.Binding.Id, failure.Message);
            return new Identification.Refused(Unreachable(issuer), token.Issuer);
        }
    }

    public static Refusal Unreachable(TrustedIssuer issuer) => new(RefusalCodes.IssuerUnreachable,
        $"The keys of the issuer {issuer.Binding.Issuer} could not be fetched. Try again; the registry's operator finds the reason with: ./run admin issuer check {issuer.Binding.Id}");

    private async Task<Identification> VerifyAsync(UnverifiedToken token, TrustedIssuer issuer, CancellationToken cancellationToken)
    {
        var verification = Verify(token, issuer, await keys.GetAsync(issuer, cancellationToken));
        if (verification is Verification.Refused { Refusal.Code: RefusalCodes.UnknownKey })
        {
            verification = Verify(token, issuer, await keys.GetAgainAsync(issuer, cancellationToken));
        }
        var restored = await trust.RestoredAtAsync(cancellationToken);
        return verification switch
        {
            Verification.Verified verified when restored is { } at && TokenVerification.CheckRestore(verified.Claims, at) is { } forgotten =>
                new Identification.Refused(forgotten, token.Issuer)
                {
                    SignedClaims = TokenVerification.TryAssume(token, issuer.Definition, issuer.Binding, out var signed) is null ? signed : null,
                    Checks = [.. Envelope(token, issuer), .. TokenInspection.Restore(token, at) is { } check ? [check] : Array.Empty<TokenCheck>()],
                },
            Verification.Verified verified => new Identification.Verified(verified.Claims),
            Verification.Refused refused => new Identification.Refused(refused.Refusal, token.Issuer)
            {
                SignedClaims = refused.SignedClaims,
                Checks = refused.SignedClaims is null ? [] : Envelope(token, issuer),
            },
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private Verification Verify(UnverifiedToken token, TrustedIssuer issuer, IReadOnlyList<Microsoft.IdentityModel.Tokens.JsonWebKey> known) =>
        TokenVerification.Verify(
            token, issuer.Definition, issuer.Binding, known, publicUrl.Audiences, time.GetUtcNow(), Leeway);

    private IReadOnlyList<TokenCheck> Envelope(UnverifiedToken token, TrustedIssuer issuer) =>
        TokenInspection.Envelope(token, issuer.Definition, issuer.Binding, publicUrl.Audiences, time.GetUtcNow(), Leeway);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No keys of issuer {Binding}: {Reason}")]
    private partial void KeysMissing(string binding, string reason);
}
