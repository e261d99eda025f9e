using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>A policy as people look at it.</summary>
/// <param name="Row">As it was written.</param>
/// <param name="Policy">As it is read; null when it no longer fits its provider's definition, and then it grants nothing.</param>
/// <param name="Creator">The name of whoever answers for it.</param>
internal sealed record PolicyView(TrustPolicyRow Row, TrustPolicy? Policy, string Creator)
{
    public PolicyState? State { get; init; }

    /// <summary>When it grants nothing any more, if nobody uses or confirms it.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What it asks of a run to be a release, in a sentence.</summary>
    public string Gate { get; init; } = "";

    public IReadOnlyList<HygieneFinding> Findings { get; init; } = [];

    /// <summary>Who asked for what waits for a second person, when, and until when somebody can agree.</summary>
    public (string? By, DateTimeOffset At, DateTimeOffset Until)? Asked { get; init; }
}

/// <summary>Adds to policies what only the registry knows: who wrote them, whether they may still, what was published under them.</summary>
internal sealed class ReadPolicies(TrustStore trust, IOptions<TrustedPublishingOptions> options, TimeProvider time)
{
    public async Task<IReadOnlyList<PolicyView>> ViewAsync(RegistryDb db, IReadOnlyList<TrustPolicyRow> rows, CancellationToken cancellationToken)
    {
        var creators = rows.Select(row => row.CreatedBy).Concat(rows.Select(row => row.AskedBy).OfType<long>()).Distinct().ToList();
        var people = await db.People.Where(person => creators.Contains(person.Id)).ToDictionaryAsync(person => person.Id, cancellationToken);
        var writable = await WritableAsync(db, rows, cancellationToken);
        List<PolicyView> views = [];
        foreach (var row in rows)
        {
            var creator = people.GetValueOrDefault(row.CreatedBy);
            var mayStill = creator is not null && (creator.IsAdministrator || writable.Contains((row.Target, creator.Id)));
            var facts = new PolicyFacts(!mayStill, row.IsPattern ? await PublishedAsync(db, row, cancellationToken) : []);
            views.Add(View(row, creator?.Name ?? "", facts) with
            {
                Asked = row.AskedAt is { } asked ? (people.GetValueOrDefault(row.AskedBy ?? 0)?.Name, asked, asked.AddDays(options.Value.SecondOwnerDays)) : null,
            });
        }
        return views;
    }

    private PolicyView View(TrustPolicyRow row, string creator, PolicyFacts facts)
    {
        if (trust.Read(row) is not { } policy)
        {
            return new PolicyView(row, null, creator);
        }
        var definition = trust.DefinitionOf(row);
        var evaluation = options.Value.ToEvaluatorOptions();
        var now = time.GetUtcNow();
        return new PolicyView(row, policy, creator)
        {
            State = PolicyStanding.StateOf(policy, definition, now, evaluation),
            ExpiresAt = policy.Life.HasEnded(now) ? null : PolicyStanding.ExpiresAt(policy, definition, evaluation),
            Gate = definition is null || policy.Effect is PolicyEffect.Deny ? "" : Assay.Trust.Policies.Gate.Describe(definition, policy),
            Findings = PolicyHygiene.Findings(policy, definition, facts, now, evaluation),
        };
    }

    /// <summary>The targets that those who wrote policies on them could still write one on.</summary>
    private static async Task<HashSet<(string, long)>> WritableAsync(RegistryDb db, IReadOnlyList<TrustPolicyRow> rows, CancellationToken cancellationToken)
    {
        HashSet<(string, long)> writable = [];
        foreach (var ofCreator in rows.GroupBy(row => row.CreatedBy))
        {
            var names = ofCreator.Where(row => !row.IsPattern).Select(row => row.Target).ToList();
            var packages = await PackageRights.Administered(db, ofCreator.Key).Where(package => names.Contains(package.Name))
                .Select(package => package.Name).ToListAsync(cancellationToken);
            var scopes = (await PackageRights.AdministeredScopes(db, ofCreator.Key).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
            writable.UnionWith(packages.Select(name => (name, ofCreator.Key)));
            writable.UnionWith(ofCreator.Where(row => scopes.Contains(row.Scope)).Select(row => (row.Target, ofCreator.Key)));
        }
        return writable;
    }

    /// <summary>The packages published under a policy and those that it replaced: one, or more than one, is all that is asked.</summary>
    private static async Task<IReadOnlyList<string>> PublishedAsync(RegistryDb db, TrustPolicyRow row, CancellationToken cancellationToken)
    {
        List<string> ids = [row.Id];
        for (var id = row.Replaces; id is not null && !ids.Contains(id);)
        {
            ids.Add(id);
            id = await db.TrustPolicies.Where(earlier => earlier.Id == id).Select(earlier => earlier.Replaces).SingleOrDefaultAsync(cancellationToken);
        }
        var packages = await db.Versions.Where(version => version.BindingId == row.BindingId && ids.Contains(version.PolicyId!))
            .Select(version => version.PackageId).Distinct().Take(2).ToListAsync(cancellationToken);
        return await db.Packages.Where(package => packages.Contains(package.Id)).Select(package => package.Name).ToListAsync(cancellationToken);
    }
}
