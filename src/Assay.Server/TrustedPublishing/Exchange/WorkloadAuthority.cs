using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>The last word on an exchanged token: alive, for this package and action, under an unchanged policy of a trusted issuer, within its limits.</summary>
internal sealed class WorkloadAuthority(
    TrustStore trust, ProviderCatalog catalog, RunBudget budget, RecallRun recall, CertifiedRuns certificates, RunNovelty novelty,
    IOptions<TrustedPublishingOptions> options, TimeProvider time) : IWorkloadAuthority
{
    public async ValueTask<bool> IsReachedByPatternsAsync(PackageName package, CancellationToken cancellationToken) =>
        !(await trust.PoliciesAsync(package, cancellationToken)).IsAlone(package.Value, time.GetUtcNow(), options.Value.ToEvaluatorOptions());

    public async Task<WorkloadVerdict> JudgeAsync(
        RegistryDb db, WorkloadGrant grant, WorkloadAct act, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var token = await db.PublishTokens.AsNoTracking().SingleOrDefaultAsync(row => row.Id == grant.TokenId, cancellationToken);
        if (token is null || token.Names != act.Package.Value)
        {
            return Deny(RefusalCodes.WrongPackage, $"{grant.Abilities} It cannot change {act.Package}.");
        }
        if (token.UsedAt is not null)
        {
            return IsRepeat(token, act)
                ? new WorkloadVerdict.Repeated()
                : Deny(RefusalCodes.PublishTokenUsed, $"This publish token has already published {token.Names}@{token.PublishedVersion}. Each publish needs an exchange of its own.");
        }
        if (token.RevokedAt is not null || token.ExpiresAt <= now)
        {
            return Deny(RefusalCodes.PublishTokenExpired, "This token has expired, or was revoked or replaced. Exchange the job's identity token again.");
        }
        if (!TrustActionNames.TryParse(token.Actions.Split(','), out var actions) || (actions & act.Action) == TrustActions.None)
        {
            return Deny(RefusalCodes.ActionNotGranted, NotGranted(grant, act));
        }
        if (await FrozenRuns.FindAsync(db, token, cancellationToken) is { } freeze)
        {
            return new WorkloadVerdict.Denied(freeze.Denial);
        }
        if (await PolicyAsync(db, token, act, now, cancellationToken) is not { } policy)
        {
            return Deny(RefusalCodes.PolicyChanged, "The trust policy that granted this token was changed or removed, or is overruled by a newer one.");
        }
        if (await UnfitAsync(db, policy, token, act, now, cancellationToken) is { } refusal)
        {
            return Deny(refusal);
        }
        return act is WorkloadAct.Publish { Certified: { } certified } && certificates.Refuse(token, certified) is { } foreign
            ? new WorkloadVerdict.Denied(foreign)
            : new WorkloadVerdict.Allowed();
    }

    public async Task<PublishedRun> RecordAsync(
        Commit commit, WorkloadGrant grant, WorkloadAct.Publish act, CancellationToken cancellationToken)
    {
        var token = await commit.Db.PublishTokens.AsTracking().SingleAsync(row => row.Id == grant.TokenId, cancellationToken);
        token.UsedAt = commit.Now;
        token.PublishedVersion = act.Version;
        token.PublishedSha512 = act.Integrity.Digest.ToArray();
        var replay = await commit.Db.Replays.AsTracking().SingleAsync(row => row.Key == token.ReplayKey, cancellationToken);
        replay.PublishedVersion = act.Version;
        commit.Changed(Credential.ChangeKey(TokenHash.FromBytes(token.Hash)));
        var creator = await commit.Db.TrustPolicies.Where(row => row.Id == token.Policies).Select(row => row.CreatedBy).SingleAsync(cancellationToken);
        return await RunOfAsync(token, creator, cancellationToken);
    }

    public async Task<IReadOnlyList<string>> DivertsAsync(
        RegistryDb db, WorkloadGrant grant, PackageRow? package, PublishedManifest manifest, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var token = await db.PublishTokens.AsNoTracking().SingleAsync(row => row.Id == grant.TokenId, cancellationToken);
        var row = await db.TrustPolicies.AsNoTracking().SingleOrDefaultAsync(found => found.Id == token.Policies, cancellationToken);
        return row is not null && trust.Read(row) is { } policy && policy.Divert != DivertRules.None && package is not null
            ? await novelty.ReasonsAsync(db, policy.Divert, token, package, manifest, now, cancellationToken)
            : [];
    }

    public async Task<Denial?> RefuseApprovalAsync(
        RegistryDb db, long tokenId, WorkloadAct.Publish act, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // The token is used up and long expired; what counts is whether it was taken away, and whether its policy would still say so.
        var token = await db.PublishTokens.AsNoTracking().SingleOrDefaultAsync(row => row.Id == tokenId, cancellationToken);
        if (token is null || token.RevokedAt is not null)
        {
            return Deny(RefusalCodes.PublishTokenExpired, "What the run that staged this was given has been revoked. Reject it, and stage it again if it is meant.").Denial;
        }
        if (await FrozenRuns.FindAsync(db, token, cancellationToken) is { } freeze)
        {
            return freeze.Denial;
        }
        if (await PolicyAsync(db, token, act, now, cancellationToken) is not { } policy)
        {
            return Deny(RefusalCodes.PolicyChanged, "The trust policy under which this was staged was changed or removed, or is overruled by a newer one. Reject it, and stage it again.").Denial;
        }
        return Unfit(policy, token, act) is { } refusal ? Deny(refusal).Denial
            : act.Certified is { } certified ? certificates.Refuse(token, certified)
            : null;
    }

    public async Task<PublishedRun> RecallAsync(RegistryDb db, long tokenId, CancellationToken cancellationToken)
    {
        var token = await db.PublishTokens.AsNoTracking().SingleAsync(row => row.Id == tokenId, cancellationToken);
        var creator = await db.TrustPolicies.Where(row => row.Id == token.Policies).Select(row => row.CreatedBy).SingleAsync(cancellationToken);
        return await RunOfAsync(token, creator, cancellationToken);
    }

    private async Task<PublishedRun> RunOfAsync(PublishTokenRow token, long creator, CancellationToken cancellationToken) =>
        new(token.DisplayName, token.RunJson, token.BindingId, token.ProjectId, token.RunId, token.Workflow, creator)
        {
            ProviderId = token.ProviderId,
            PolicyId = token.Policies,
            ActorId = (await recall.ClaimsAsync(token, cancellationToken))?.Fact(RunShape.Actor),
            Provenance = await recall.ProvenanceAsync(token, cancellationToken),
        };

    /// <summary>The policy that granted the token, unless it is over or the package's policies have since come to say something else.</summary>
    private async Task<TrustPolicy?> PolicyAsync(
        RegistryDb db, PublishTokenRow token, WorkloadAct act, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var standing = await TrustStore.StandingAsync(db, act.Package, now, cancellationToken);
        if (standing.FirstOrDefault(row => row.Id == token.Policies) is not { } granting
            || standing.Any(row => IsNewDeny(row, token, act.Action))
            || (granting.IsPattern && await IsShutOutAsync(db, standing, act.Package, now, cancellationToken))
            || !await trust.TrustsAsync(db, token.BindingId, cancellationToken))
        {
            return null;
        }
        return trust.Read(granting) is { } policy && policy.Life.IsInForce(now) ? policy : null;
    }

    // Denies that stood at the exchange were evaluated there, with the run's claims. Of a later one the run has to be asked anew.
    private static bool IsNewDeny(TrustPolicyRow row, PublishTokenRow token, TrustActions action) =>
        row.Effect == TrustPolicyRow.Deny
        && row.CreatedAt > token.CreatedAt
        && (row.BindingId is null || row.BindingId == token.BindingId)
        && !(TrustActionNames.TryParse(row.Actions.Split(','), out var denied) && (denied & action) == TrustActions.None);

    private static async Task<bool> IsShutOutAsync(
        RegistryDb db, IReadOnlyList<TrustPolicyRow> standing, PackageName package, DateTimeOffset now, CancellationToken cancellationToken) =>
        standing.Any(row => row is { IsPattern: false, Effect: TrustPolicyRow.Allow })
        && !await db.Packages.AnyAsync(row => row.Name == package.Value && row.InheritsTrustFrom <= now, cancellationToken);

    private async Task<Refusal?> UnfitAsync(
        RegistryDb db, TrustPolicy policy, PublishTokenRow token, WorkloadAct act, DateTimeOffset now, CancellationToken cancellationToken) => act switch
        {
            WorkloadAct.Publish publish => Unfit(policy, token, publish)
                ?? await budget.ExceededAsync(db, token, policy.Limits, publish, now, cancellationToken),
            WorkloadAct.SetTag set => VersionRules.CheckTag(policy, set.Tag.Value)
                ?? await OwnVersions.RefuseAsync(db, policy, token, set, cancellationToken),
            WorkloadAct.RemoveTag remove => VersionRules.CheckTag(policy, remove.Tag.Value)
                ?? await OwnVersions.RefuseAsync(db, policy, token, remove, cancellationToken),
            WorkloadAct.Deprecate or WorkloadAct.Unpublish => null,
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private Refusal? Unfit(TrustPolicy policy, PublishTokenRow token, WorkloadAct.Publish act) => VersionRules.Check(
        policy, catalog.Find(token.ProviderId)!, Run.ClaimsOf(token.RunJson), act.Package.Value, act.Version, act.Tag.Value);

    private static bool IsRepeat(PublishTokenRow token, WorkloadAct act) =>
        act is WorkloadAct.Publish publish
        && token.PublishedVersion == publish.Version && token.PublishedSha512.AsSpan().SequenceEqual(publish.Integrity.Digest);

    private static string NotGranted(WorkloadGrant grant, WorkloadAct act) => act is WorkloadAct.Publish && grant.Actions.HasFlag(TrustActions.Stage)
        ? $"The trust policy of {act.Package} lets this run stage a version, not publish one."
        : $"{grant.Abilities} This takes a token that was exchanged for {string.Join(" or ", act.Action.Names())}, under a policy that grants it.";

    private static WorkloadVerdict.Denied Deny(string code, string text) => Deny(new Refusal(code, text));

    private static WorkloadVerdict.Denied Deny(Refusal refusal) =>
        new(RefusedExchange.ToDenial(refusal) with { Status = StatusCodes.Status403Forbidden });
}
