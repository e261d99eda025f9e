using Assay.Server.Packages;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;

namespace Assay.Server.TrustedPublishing;

/// <summary>All that happens with a refusal besides its answer: counted, remembered for the request that follows, kept for the owners.</summary>
internal sealed class ExchangeRefusals(FailureLimits limits, RefusalMemory memory, Attempts attempts, WhereToLook where)
{
    private static readonly Denial Over = RefusedExchange.ToDenial(new Refusal(
        RefusalCodes.TooManyFailures, "Too many refused exchanges in the last minute. Wait a minute, and see the first refusals for the reason."));

    /// <summary>Null while tokens from this address are still looked at.</summary>
    public ExchangeResult.Refused? Closed(string address) => limits.IsAddressClosed(address) ? TooMany() : null;

    /// <summary>Null while the project is heard. It counts against the address all the same: the token was verified.</summary>
    public ExchangeResult.Refused? TooMany(ProjectKey project, string address)
    {
        if (!limits.IsProjectOver(project))
        {
            return null;
        }
        limits.Add(address, project: null);
        return TooMany();
    }

    public ExchangeResult.Refused Of(RefusedAttempt attempt, TimeSpan? retryAfter = null)
    {
        // Runners share addresses: what others did from this one says nothing about a project that the package's policies know.
        var isOver = limits.IsAddressOver(attempt.Address) && attempt.Presenter is Presenter.Stranger;
        limits.Add(attempt.Address, (attempt.Claims as VerifiedClaims)?.ProjectKey);
        if (isOver)
        {
            return TooMany();
        }
        attempts.Note(attempt);
        var denial = RefusedExchange.ToDenial(attempt.Decision is null ? attempt.Refusal : where.With(attempt.Refusal, attempt.Asked.Name)) with { RetryAfter = retryAfter };
        memory.Remember(attempt.Asked, attempt.Address, denial);
        return new ExchangeResult.Refused(denial);
    }

    /// <summary>After a success an earlier reason is no longer true.</summary>
    public void Forget(Asked asked, string address) => memory.Forget(asked, address);

    private ExchangeResult.Refused TooMany() => new(Over with { RetryAfter = limits.UntilNextWindow() });
}
