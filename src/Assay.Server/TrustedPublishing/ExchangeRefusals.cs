using Assay.Npm;
using Assay.Server.Packages;
using Assay.Trust.Evaluation;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;

namespace Assay.Server.TrustedPublishing;

/// <summary>All that happens with a refusal besides its answer: counted, remembered for the PUT that follows, kept for the owners.</summary>
internal sealed class ExchangeRefusals(FailureLimits limits, RefusalMemory memory, Attempts attempts)
{
    private static readonly Denial Over = RefusedExchange.ToDenial(new Refusal(
        RefusalCodes.TooManyFailures, "Too many refused exchanges in the last minute. Wait a minute, and see the first refusals for the reason."));

    public Denial? TooMany(string address) => limits.IsAddressOver(address) ? Over : null;

    public Denial? TooMany(ProjectKey project) => limits.IsProjectOver(project) ? Over : null;

    public ExchangeResult.Refused Of(PackageName package, string address, Refusal refusal, string issuer)
    {
        limits.Add(address, project: null);
        if (issuer.Length > 0)
        {
            attempts.NoteRefusal(package, claims: null, issuer, refusal, decision: null, address);
        }
        return Remember(package, address, refusal);
    }

    public ExchangeResult.Refused Of(
        PackageName package, string address, Refusal refusal, VerifiedClaims claims, Decision.Refused? decision = null)
    {
        limits.Add(address, claims.ProjectKey);
        attempts.NoteRefusal(package, claims, claims.Issuer, refusal, decision, address);
        return Remember(package, address, refusal);
    }

    /// <summary>After a success an earlier reason is no longer true.</summary>
    public void Forget(PackageName package, string address) => memory.Forget(package, address);

    private ExchangeResult.Refused Remember(PackageName package, string address, Refusal refusal)
    {
        var denial = RefusedExchange.ToDenial(refusal);
        memory.Remember(package, address, denial);
        return new ExchangeResult.Refused(denial);
    }
}
