using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Packages;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

internal abstract record ExchangeResult
{
    internal sealed record Granted(NpmToken Token, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt) : ExchangeResult;

    internal sealed record Refused(Denial Denial) : ExchangeResult;
}

/// <summary>An identity token goes in, a publish token comes out, or a refusal that explains itself.</summary>
internal sealed class ExchangeToken(
    TrustStore trust, IdentityTokens identityTokens, MintPublishToken mint, ExchangeRefusals refusals, PublicUrl publicUrl,
    IOptions<TrustedPublishingOptions> options, TimeProvider time)
{
    public async Task<ExchangeResult> RunAsync(PackageName package, string? bearer, string address, CancellationToken cancellationToken)
    {
        if (refusals.TooMany(address) is { } tooMany)
        {
            return new ExchangeResult.Refused(tooMany);
        }
        var (claims, issuer, refusal) = await identityTokens.VerifyAsync(bearer, cancellationToken);
        if (claims is null)
        {
            return refusals.Of(package, address, refusal!, issuer);
        }
        if (refusals.TooMany(claims.ProjectKey) is { } tooManyOfProject)
        {
            return new ExchangeResult.Refused(tooManyOfProject);
        }
        return await DecideAsync(package, claims, address, cancellationToken);
    }

    private async Task<ExchangeResult> DecideAsync(PackageName package, VerifiedClaims claims, string address, CancellationToken cancellationToken)
    {
        var policies = await trust.PoliciesAsync(package, cancellationToken);
        var evaluation = new EvaluatorOptions { UnpinnedLifetime = TimeSpan.FromDays(options.Value.UnpinnedDays) };
        switch (PolicyEvaluator.Evaluate(package.Value, policies, claims, ActionClass.Publish, time.GetUtcNow(), evaluation))
        {
            case Decision.Granted granted:
                var (result, refusal) = await mint.RunAsync(package, claims, granted, address, cancellationToken);
                if (result is null)
                {
                    return refusals.Of(package, address, refusal!, claims);
                }
                refusals.Forget(package, address);
                return result;
            case Decision.Refused refused:
                return refusals.Of(package, address, WithWhereToLook(refused, package), claims, refused);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    // The same words whether or not the package exists.
    private Refusal WithWhereToLook(Decision.Refused refused, PackageName package) => refused.Refusal with
    {
        PublicText = $"{refused.Refusal.PublicText} Owners see each attempt at {publicUrl.At($"-/assay/v1/package/{package.Escaped}/attempts")}",
    };
}
