using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.Bindings;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Providers;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>The enabled issuers and the packages' policies, as exchanges read them: remembered until they change.</summary>
internal sealed class TrustStore
{
    private const string Prefix = "trust:";
    private const string Issuers = "issuers";
    private const string Restored = "restored";

    private readonly RegistryDbSource source;
    private readonly ProviderCatalog catalog;
    private readonly Remembered<IReadOnlyList<TrustedIssuer>> issuers;
    private readonly Remembered<PolicySet> policies;
    private readonly Remembered<RestoreTime> restore;

    public TrustStore(RegistryDbSource source, IChangeFeed changes, ProviderCatalog catalog)
    {
        this.source = source;
        this.catalog = catalog;
        issuers = new(changes, Prefix + "=", capacity: 1, _ => LoadIssuersAsync());
        policies = new(changes, Prefix, capacity: 10_000, LoadPoliciesAsync);
        restore = new(changes, Prefix + "=", capacity: 1, _ => LoadRestoreAsync());
    }

    /// <summary>The change key of everything about issuers. No package is named so.</summary>
    public static string IssuersChanged => $"{Prefix}={Issuers}";

    /// <summary>The change key of a policy: of its package, or of all that is remembered when it speaks of more than one.</summary>
    public static string PoliciesChanged(string target) => target.EndsWith('*') ? Prefix : Prefix + target;

    public async ValueTask<IReadOnlyList<TrustedIssuer>> IssuersAsync(CancellationToken cancellationToken) =>
        await issuers.GetAsync(Issuers, cancellationToken);

    /// <summary>When the registry was last restored from a backup, if ever. What it was asked before that it has forgotten.</summary>
    public async ValueTask<DateTimeOffset?> RestoredAtAsync(CancellationToken cancellationToken) =>
        (await restore.GetAsync(Restored, cancellationToken)).At;

    public ValueTask<PolicySet> PoliciesAsync(PackageName name, CancellationToken cancellationToken) =>
        policies.GetAsync(name.Value, cancellationToken);

    /// <summary>Those of a pattern are read anew: remembered by name, every change in the scope would have to know of every pattern asked for.</summary>
    public ValueTask<PolicySet> PoliciesAsync(NamePattern names, CancellationToken cancellationToken) =>
        names.IsExact ? policies.GetAsync(names.Text, cancellationToken) : new(LoadForPatternAsync(names, cancellationToken));

    /// <summary>The policies with a say about the name that have not ended, as stored at this moment of a transaction.</summary>
    public static async Task<IReadOnlyList<TrustPolicyRow>> StandingAsync(
        RegistryDb db, PackageName package, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await Speaking(db, package.Value).AsNoTracking()
            .Where(row => row.EndsAt == null || row.EndsAt > now)
            .ToListAsync(cancellationToken);
        return rows.FindAll(row => NamePattern.TryParse(row.Target, out var target) && target.Matches(package.Value));
    }

    /// <summary>The policy as stored, or null when it no longer fits its provider's definition.</summary>
    public TrustPolicy? Read(TrustPolicyRow row) =>
        Create(row, identity => PolicyJson.TryRead(row.Rules, identity, out var draft) ? draft : null);

    public ProviderDefinition? DefinitionOf(TrustPolicyRow row) => row.ProviderId is null ? null : catalog.Find(row.ProviderId);

    public ProviderDefinition? DefinitionOf(TrustPolicy policy) => policy.ProviderId is null ? null : catalog.Find(policy.ProviderId);

    /// <summary>Everything that was ever said about the package, at every level.</summary>
    public static Task<List<TrustPolicyRow>> RowsAsync(RegistryDb db, string package, CancellationToken cancellationToken = default) =>
        Speaking(db, package).ToListAsync(cancellationToken);

    private TrustPolicy? Create(TrustPolicyRow row, Func<PolicyDraft, PolicyDraft?> rules)
    {
        if (!TrustActionNames.TryParse(row.Actions.Split(','), out var actions) || !NamePattern.TryParse(row.Target, out var target))
        {
            return null;
        }
        var draft = rules(new PolicyDraft
        {
            Effect = row.Effect == TrustPolicyRow.Deny ? PolicyEffect.Deny : PolicyEffect.Allow,
            Target = target,
            BindingId = row.BindingId,
            Actions = actions,
        });
        var life = new PolicyLife(row.Id, row.ArmedAt) { EffectiveAt = row.EffectiveAt, EndsAt = row.EndsAt, ShutsOutUntil = row.ShutsOutUntil, LastUsedAt = row.LastUsedAt };
        return draft is not null && TrustPolicy.TryCreate(DefinitionOf(row), draft, life, out var policy, out _) ? policy : null;
    }

    /// <summary>Asked in the commit of an act: whether the issuer is enabled, and its definition the accepted one.</summary>
    public async Task<bool> TrustsAsync(RegistryDb db, string bindingId, CancellationToken cancellationToken)
    {
        var row = await db.IssuerBindings.AsNoTracking()
            .SingleOrDefaultAsync(binding => binding.Id == bindingId && binding.EnabledIssuer != null, cancellationToken);
        return row is not null && TrustedIssuer.From(row, catalog).Issuer is not null;
    }

    /// <summary>The policies as long as their issuer is what it was when the run was judged: enabled, and for the same names.</summary>
    public static IQueryable<TrustPolicyRow> PoliciesUnder(RegistryDb db, IssuerBinding binding)
    {
        var names = string.Join('\n', binding.Names);
        return db.TrustPolicies.Where(_ => db.IssuerBindings.Any(row => row.Id == binding.Id && row.EnabledIssuer != null && row.Names == names));
    }

    private async Task<IReadOnlyList<TrustedIssuer>> LoadIssuersAsync()
    {
        await using var db = source.Open();
        var rows = await db.IssuerBindings.Where(row => row.EnabledIssuer != null).OrderBy(row => row.Id).ToListAsync();
        return [.. rows.Select(row => TrustedIssuer.From(row, catalog).Issuer).OfType<TrustedIssuer>()];
    }

    private async Task<RestoreTime> LoadRestoreAsync()
    {
        await using var db = source.Open();
        return new RestoreTime(await db.State.Select(row => row.RestoredAt).SingleAsync());
    }

    private async Task<PolicySet> LoadPoliciesAsync(string package)
    {
        await using var db = source.Open();
        var rows = await RowsAsync(db, package);
        var inheritsFrom = await db.Packages.Where(row => row.Name == package).Select(row => row.InheritsTrustFrom).SingleOrDefaultAsync();
        return new PolicySet([.. rows.Select(ReadOrClose).OfType<TrustPolicy>()], Inherits: inheritsFrom is not null)
        {
            InheritsFrom = inheritsFrom ?? DateTimeOffset.MaxValue,
            HasUnreadable = rows.Exists(row => !row.IsPattern && row.Effect == TrustPolicyRow.Allow && (row.EndsAt is null || row.ShutsOutUntil is not null) && Read(row) is null),
        };
    }

    /// <summary>A policy that no longer fits its provider's definition grants nothing; a deny in that state refuses every run of its issuer.</summary>
    private TrustPolicy? ReadOrClose(TrustPolicyRow row) =>
        Read(row) ?? (row.Effect == TrustPolicyRow.Deny ? Create(row, identity => identity) : null);

    // Patterns of the scope, and every deny in it: one that speaks of any name of the pattern counts.
    private async Task<PolicySet> LoadForPatternAsync(NamePattern names, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var rows = await db.TrustPolicies
            .Where(row => (row.Scope == names.Scope && (row.IsPattern || row.Effect == TrustPolicyRow.Deny)) || row.Scope == "*")
            .ToListAsync(cancellationToken);
        return new PolicySet([.. rows.Select(ReadOrClose).OfType<TrustPolicy>()]);
    }

    private static IQueryable<TrustPolicyRow> Speaking(RegistryDb db, string package)
    {
        var scope = package[0] == '@' ? package[..package.IndexOf('/', StringComparison.Ordinal)] : "";
        return db.TrustPolicies.Where(row => row.Target == package || (row.IsPattern && (row.Scope == scope || row.Scope == "*")));
    }

    private sealed record RestoreTime(DateTimeOffset? At);
}
