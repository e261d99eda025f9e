using Assay.Npm;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.Bindings;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// From a refusal to a policy. One request makes it only where the owner id behind the run is trusted in the scope already; any other draft goes
/// back to a person, because what a stranger presents must not become trust by habit.
/// </summary>
internal sealed class PolicyFromAttempt(
    ReadAttempts attempts, TrustedOwners owners, CreatePolicy create, PolicyListing listing, IOptions<TrustedPublishingOptions> options, TimeProvider time)
{
    public async Task<PolicyOffer> RunAsync(
        ExchangeAttemptRow attempt, Caller.Member member, bool isPreview, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(attempt.PackageName, null, out var package) || !NamePattern.TryParse(package.Value, out var name) || !name.IsExact)
        {
            return NoDraft($"It is about {attempt.PackageName}, which is no name of one package.");
        }
        var run = await attempts.RecallAsync(attempt, cancellationToken);
        if (run.Claims is not { } claims)
        {
            return NoDraft(run.Problem);
        }
        if (!claims.Binding.MayPublish(package.Value))
        {
            return NoDraft($"Issuer binding {claims.Binding.Id} may not publish {package}; the registry's operator says what it may.");
        }
        if (!TrustActionNames.TryParse(attempt.Action.Split(','), out var actions))
        {
            return NoDraft($"It asked for {attempt.Action}, which this registry does not know.");
        }
        if (!DraftFromRun.TryMake(claims, name, actions, out var draft, out var problems))
        {
            return NoDraft(string.Join(' ', problems));
        }
        var policy = Policy(claims, draft);
        var unfit = WhyUnfit(attempt, claims, policy);
        var isOwnerUnknown = unfit is null && !await owners.ContainAsync(claims, policy.Target, cancellationToken);
        var review = isOwnerUnknown ? $"Nothing in {Where(policy.Target)} trusts owner id {claims.OwnerId ?? "(none)"} of issuer binding {claims.Binding.Id} yet." : unfit;
        if (isPreview)
        {
            return new PolicyOffer.Previewed(policy, claims.Definition, review) { IsOwnerUnknown = isOwnerUnknown };
        }
        if (review is not null)
        {
            return new PolicyOffer.NeedsReview(policy, claims.Definition, review);
        }
        return await CreateAsync(policy, $"From attempt {attempt.Id}.", PolicyWriter.Of(member), cancellationToken);
    }

    private async Task<PolicyOffer> CreateAsync(TrustPolicy policy, string note, PolicyWriter writer, CancellationToken cancellationToken)
    {
        var (written, denial) = await create.RunAsync(policy, note, writer, cancellationToken);
        if (written is null)
        {
            return new PolicyOffer.Denied(denial!);
        }
        var (view, gone) = await listing.FindAsync(written.Policy.Id, writer, cancellationToken);
        return view is null ? new PolicyOffer.Denied(gone!) : new PolicyOffer.Created(view, written.Notice);
    }

    private TrustPolicy Policy(AssumedClaims claims, PolicyDraft draft) =>
        TrustPolicy.TryCreate(claims.Definition, draft, new PolicyLife("draft", time.GetUtcNow()), out var policy, out var problems)
            ? policy
            : throw new InvalidOperationException(string.Join(' ', problems));

    /// <summary>Why a person has to look at it whoever the owner is; null when that decides.</summary>
    private string? WhyUnfit(ExchangeAttemptRow attempt, AssumedClaims claims, TrustPolicy policy)
    {
        if (attempt.RefusalCode is { } code && RefusalCodes.OfTokens.Contains(code))
        {
            return "The token of this attempt was not good here, so whoever presented it may not be the run that it names.";
        }
        var question = new TrustQuestion(policy.Target, policy.Actions, time.GetUtcNow(), options.Value.ToEvaluatorOptions());
        var differences = PolicyEvaluator.Explain(question, new PolicySet([policy]), claims).Trials.SelectMany(trial => trial.Comparisons).Where(each => each.Blocks).ToList();
        return differences.Count > 0 ? $"The draft does not allow what only an owner can mean to allow: {string.Join("; ", differences)}." : null;
    }

    private static string Where(NamePattern package) => package.Scope == "" ? package.Text : package.Scope;

    private static PolicyOffer.Denied NoDraft(string why) =>
        new(new Denial(StatusCodes.Status409Conflict, "no-draft", $"No policy can be made of this attempt. {why}"));
}
