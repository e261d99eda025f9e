using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.Policies;
using Assay.Trust.Providers;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>The enabled issuers and the packages' policies, as exchanges read them: remembered until they change.</summary>
internal sealed class TrustStore
{
    private const string Prefix = "trust:";
    private const string Issuers = "issuers";

    private readonly RegistryDbSource source;
    private readonly ProviderCatalog catalog;
    private readonly Remembered<IReadOnlyList<TrustedIssuer>> issuers;
    private readonly Remembered<IReadOnlyList<TrustPolicy>> policies;

    public TrustStore(RegistryDbSource source, IChangeFeed changes, ProviderCatalog catalog)
    {
        this.source = source;
        this.catalog = catalog;
        issuers = new(changes, Prefix + "=", capacity: 1, _ => LoadIssuersAsync());
        policies = new(changes, Prefix, capacity: 10_000, LoadPoliciesAsync);
    }

    /// <summary>The change key of everything about issuers. No package is named so.</summary>
    public static string IssuersChanged => $"{Prefix}={Issuers}";

    public static string PoliciesChanged(PackageName name) => Prefix + name.Value;

    public async ValueTask<IReadOnlyList<TrustedIssuer>> IssuersAsync(CancellationToken cancellationToken) =>
        await issuers.GetAsync(Issuers, cancellationToken);

    public ValueTask<IReadOnlyList<TrustPolicy>> PoliciesAsync(PackageName name, CancellationToken cancellationToken) =>
        policies.GetAsync(name.Value, cancellationToken);

    /// <summary>The policy as stored, or null when it no longer fits its provider's definition.</summary>
    public TrustPolicy? Read(TrustPolicyRow row, string package)
    {
        if (catalog.Find(row.ProviderId) is not { } definition || !TrustActionNames.TryParse(row.Actions.Split(','), out var actions))
        {
            return null;
        }
        var identity = new PolicyDraft { Package = package, BindingId = row.BindingId, Actions = actions };
        return PolicyJson.TryRead(row.Rules, identity, out var draft)
            && TrustPolicy.TryCreate(definition, draft, row.Id, row.ArmedAt, row.Revision, out var policy, out _)
                ? policy
                : null;
    }

    private async Task<IReadOnlyList<TrustedIssuer>> LoadIssuersAsync()
    {
        await using var db = source.Open();
        var rows = await db.IssuerBindings.Where(row => row.EnabledIssuer != null).OrderBy(row => row.Id).ToListAsync();
        return [.. rows.Select(row => TrustedIssuer.From(row, catalog)).OfType<TrustedIssuer>()];
    }

    private async Task<IReadOnlyList<TrustPolicy>> LoadPoliciesAsync(string package)
    {
        await using var db = source.Open();
        var rows = await db.TrustPolicies
            .Join(db.Packages, policy => policy.PackageId, found => found.Id, (policy, found) => new { policy, found.Name })
            .Where(joined => joined.Name == package)
            .Select(joined => joined.policy)
            .ToListAsync();
        return [.. rows.Select(row => Read(row, package)).OfType<TrustPolicy>()];
    }
}
