using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.Bindings;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

internal abstract record ExchangeResult
{
    internal sealed record Granted(NpmToken Token, TrustActions Actions, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt) : ExchangeResult;

    internal sealed record Refused(Denial Denial) : ExchangeResult;
}

/// <summary>An identity token goes in, a token for what was asked comes out, or a refusal that explains itself.</summary>
internal sealed class ExchangeToken(
    TrustStore trust, IdentityTokens identityTokens, MintToken mint, ExchangeRefusals refusals, FrozenExchanges frozen,
    RequestLimits limits, IOptions<TrustedPublishingOptions> options, TimeProvider time)
{
    public async Task<ExchangeResult> RunAsync(ExchangeRequest request, string? bearer, string address, CancellationToken cancellationToken)
    {
        if (refusals.Closed(address) is { } closed)
        {
            return closed;
        }
        return await VerifyAsync(bearer, cancellationToken) switch
        {
            Identification.Verified { Claims: var claims } when refusals.TooMany(claims.ProjectKey, address) is { } tooMany => tooMany,
            Identification.Verified { Claims: var claims } when await frozen.RefuseAsync(claims, request.Wanted, cancellationToken) is { } stopped =>
                await RefuseFrozenAsync(request, claims, stopped, address, cancellationToken),
            Identification.Verified { Claims: var claims } => await DecideAsync(request, claims, address, cancellationToken),
            Identification.Refused refused => await RefuseTokenAsync(request, refused, address, cancellationToken),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private async Task<Identification> VerifyAsync(string? bearer, CancellationToken cancellationToken)
    {
        using var step = TelemetrySource.Step("exchange.verify");
        return await identityTokens.VerifyAsync(bearer, cancellationToken);
    }

    private async Task<ExchangeResult> RefuseTokenAsync(
        ExchangeRequest request, Identification.Refused refused, string address, CancellationToken cancellationToken)
    {
        var name = request.Names[0];
        return refusals.Of(new RefusedAttempt
        {
            Asked = request.About(name),
            Refusal = refused.Refusal,
            Address = address,
            Issuer = refused.Issuer,
            Claims = refused.SignedClaims,
            Checks = refused.Checks,
            Presenter = refused.SignedClaims is { } signed && await IsKnownAsync(request, name, signed, cancellationToken)
                ? Presenter.TokenHolder
                : Presenter.Stranger,
        });
    }

    private async Task<ExchangeResult> RefuseFrozenAsync(
        ExchangeRequest request, VerifiedClaims claims, Refusal stopped, string address, CancellationToken cancellationToken)
    {
        var name = request.Names[0];
        return refusals.Of(new RefusedAttempt(request.About(name), stopped, claims, address)
        {
            Presenter = await IsKnownAsync(request, name, claims, cancellationToken) ? Presenter.Project : Presenter.Stranger,
        });
    }

    /// <summary>A run of a project that the policies know is one that its owners look for among those of strangers.</summary>
    private async Task<bool> IsKnownAsync(ExchangeRequest request, NamePattern name, RunClaims claims, CancellationToken cancellationToken) =>
        PolicyEvaluator.Evaluate(Question(request, name), await trust.PoliciesAsync(name, cancellationToken), claims)
            is Decision.Granted or Decision.Refused { IdentityMatched: true };

    /// <summary>Each name is decided alone, and all or none are granted.</summary>
    private async Task<ExchangeResult> DecideAsync(ExchangeRequest request, VerifiedClaims claims, string address, CancellationToken cancellationToken)
    {
        using var step = TelemetrySource.Step("exchange.decide");
        var now = time.GetUtcNow();
        List<GrantedName> granted = [];
        foreach (var name in request.Names)
        {
            switch (PolicyEvaluator.Evaluate(Question(request, name) with { Now = now }, await trust.PoliciesAsync(name, cancellationToken), claims))
            {
                case Decision.Granted when await frozen.RefuseAsync(name, request.Wanted, cancellationToken) is { } stopped:
                    return refusals.Of(new RefusedAttempt(request.About(name), stopped, claims, address) { Presenter = Presenter.Project });
                case Decision.Granted grant:
                    granted.Add(new GrantedName(name, grant));
                    break;
                case Decision.Refused refused:
                    return refusals.Of(new RefusedAttempt(request.About(name), refused.Refusal, claims, address)
                    {
                        Decision = refused,
                        Presenter = refused.IdentityMatched ? Presenter.Project : Presenter.Stranger,
                    });
            }
        }
        var asked = new Grant(request, claims, granted, now, address);
        return OverLimit(asked) ?? await MintAsync(asked, cancellationToken);
    }

    private ExchangeResult.Refused? OverLimit(Grant grant)
    {
        var reached = limits.Take(LimitKind.ExchangesPerProject, $"{grant.Claims.ProjectKey.Issuer} {grant.Claims.ProjectKey.ProjectId}")
            // Reading goes by patterns that all builds of a company share.
            ?? (grant.Request.Wanted is TrustActions.Read ? [] : grant.Names)
                .Select(name => limits.Take(LimitKind.ExchangesPerPackage, name.Name.Text)).FirstOrDefault(found => found is not null);
        return reached is null
            ? null
            : refusals.Of(new RefusedAttempt(grant.Request.About(grant.Request.Names[0]), new Refusal(RefusalCodes.TooManyExchanges, reached.Text), grant.Claims, grant.Address)
            {
                Presenter = Presenter.Project,
            }, reached.For);
    }

    private async Task<ExchangeResult> MintAsync(Grant grant, CancellationToken cancellationToken)
    {
        using var step = TelemetrySource.Step("exchange.mint");
        switch (await mint.RunAsync(grant, cancellationToken))
        {
            case Minting.Minted minted:
                refusals.Forget(grant.Request.About(grant.Request.Names[0]), grant.Address);
                return minted.Result;
            case Minting.Refused refused:
                return refusals.Of(new RefusedAttempt(grant.Request.About(refused.Name), refused.Refusal, grant.Claims, grant.Address)
                {
                    Presenter = Presenter.Project,
                });
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private TrustQuestion Question(ExchangeRequest request, NamePattern name) =>
        new(name, request.Wanted, time.GetUtcNow(), options.Value.ToEvaluatorOptions());
}
