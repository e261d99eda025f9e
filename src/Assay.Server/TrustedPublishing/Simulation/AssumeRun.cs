using System.Text.Json;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Packages;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// Makes a run of what somebody pasted, typed or points at. It looks at a token as an exchange does, and goes on whatever is wrong with it; what
/// comes out are assumed claims, which no exchange takes.
/// </summary>
internal sealed class AssumeRun(
    TrustStore trust, IssuerKeys keys, ReadAttempts attempts, PublicUrl publicUrl, IOptions<TrustedPublishingOptions> options, TimeProvider time)
{
    public async Task<(SimulatedRun? Run, Denial? Denial)> FromAsync(SimulationRequest request, CancellationToken cancellationToken) => request.Source switch
    {
        SimulatedSource.Token token => (await FromTokenAsync(token.Reveal(), cancellationToken), null),
        SimulatedSource.Claims claims => await FromClaimsAsync(claims.Payload, claims.Binding, cancellationToken),
        SimulatedSource.Attempt attempt => await FromAttemptAsync(request.Package, attempt.Id, cancellationToken),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private async Task<SimulatedRun> FromTokenAsync(string text, CancellationToken cancellationToken)
    {
        if (!UnverifiedToken.TryParse(text, TokenLimits.Default, out var token, out var malformed))
        {
            return new SimulatedRun { Token = [TokenInspection.Shape(malformed)] };
        }
        var issuers = await trust.IssuersAsync(cancellationToken);
        var issuer = issuers.FirstOrDefault(known => known.Binding.Issuer == token.Issuer);
        List<TokenCheck> checks = [TokenInspection.Shape(malformed: null), TokenInspection.Issuer(token, isKnown: issuer is not null)];
        if (issuer is null)
        {
            return new SimulatedRun { Token = checks };
        }
        checks.AddRange(await SignatureAsync(token, issuer, cancellationToken));
        checks.AddRange(TokenInspection.Envelope(
            token, issuer.Definition, issuer.Binding, publicUrl.Audiences, time.GetUtcNow(), TimeSpan.FromSeconds(options.Value.ClockLeewaySeconds)));
        return new SimulatedRun
        {
            Token = checks,
            Restore = await trust.RestoredAtAsync(cancellationToken) is { } restored ? TokenInspection.Restore(token, restored) : null,
            Binding = issuer.Binding,
            Rules = TokenVerification.TryAssume(token, issuer.Definition, issuer.Binding, out var claims),
            Claims = claims,
        };
    }

    private async Task<IReadOnlyList<TokenCheck>> SignatureAsync(UnverifiedToken token, TrustedIssuer issuer, CancellationToken cancellationToken)
    {
        try
        {
            var checks = TokenInspection.Signature(token, issuer.Definition, await keys.GetAsync(issuer, cancellationToken));
            return checks.Any(check => check.Refusal is { Code: RefusalCodes.UnknownKey })
                ? TokenInspection.Signature(token, issuer.Definition, await keys.GetAgainAsync(issuer, cancellationToken))
                : checks;
        }
        catch (IssuerUnreachable)
        {
            return TokenInspection.WithoutKey(token, IdentityTokens.Unreachable(issuer));
        }
    }

    private async Task<(SimulatedRun? Run, Denial? Denial)> FromClaimsAsync(JsonElement payload, string binding, CancellationToken cancellationToken)
    {
        if ((await trust.IssuersAsync(cancellationToken)).FirstOrDefault(known => known.Binding.Id == binding) is not { } issuer)
        {
            return (null, IssuerDenials.NotFound(binding));
        }
        var refusal = TokenVerification.TryAssume(payload, issuer.Definition, issuer.Binding, out var claims);
        return (new SimulatedRun { Binding = issuer.Binding, Rules = refusal, Claims = claims }, null);
    }

    private async Task<(SimulatedRun? Run, Denial? Denial)> FromAttemptAsync(PackageName package, long id, CancellationToken cancellationToken)
    {
        if (await attempts.FindAsync(package.Value, id, cancellationToken) is not { } row)
        {
            return (null, ReadAttempts.NotFound(package, $"{id}"));
        }
        var run = await attempts.RecallAsync(row, cancellationToken);
        return run.Issuer is null
            ? (null, new Denial(StatusCodes.Status409Conflict, "attempt-not-usable", $"Attempt {id} cannot be asked again. {run.Problem}"))
            : (new SimulatedRun { Binding = run.Issuer.Binding, Rules = run.Refusal, Claims = run.Claims }, null);
    }
}
