using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>An issuer as it stands: what was said about it, whether it counts, how its keys are, who rests on it.</summary>
internal sealed record IssuerReport(IssuerBindingRow Row, ProviderDefinition? Definition, KeysHeld Keys)
{
    /// <summary>Why it is not trusted although nobody disabled it.</summary>
    public string? Suspended { get; init; }

    /// <summary>Trust policies that name it and have not ended.</summary>
    public int Policies { get; init; }

    /// <summary>When one of its tokens was last exchanged, as far as attempts are kept.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}

/// <summary>Shows trusted issuers, and tries whether their keys can be had.</summary>
internal sealed class Issuers(RegistryDbSource source, ProviderCatalog catalog, IssuerKeys keys, TimeProvider time)
{
    public async Task<IReadOnlyList<IssuerReport>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var rows = await db.IssuerBindings.Where(row => row.RemovedAt == null).OrderBy(row => row.Id).ToListAsync(cancellationToken);
        var now = time.GetUtcNow();
        var policies = await db.TrustPolicies
            .Where(policy => policy.BindingId != null && (policy.EndsAt == null || policy.EndsAt > now))
            .GroupBy(policy => policy.BindingId!)
            .Select(group => new { Issuer = group.Key, Count = group.Count() })
            .ToDictionaryAsync(group => group.Issuer, group => group.Count, cancellationToken);
        var uses = await db.ExchangeAttempts.Where(attempt => attempt.BindingId != null && attempt.RefusalCode == null).GroupBy(attempt => attempt.BindingId!)
            .Select(group => new { Issuer = group.Key, At = group.Max(attempt => attempt.At) })
            .ToDictionaryAsync(group => group.Issuer, group => group.At, cancellationToken);
        return [.. rows.Select(row => Report(row, policies.GetValueOrDefault(row.Id)) with { LastUsedAt = uses.TryGetValue(row.Id, out var at) ? at : null })];
    }

    public async Task<(IssuerReport? Issuer, Denial? Denial)> FindAsync(string id, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).FirstOrDefault(issuer => issuer.Row.Id == id) is { } found
            ? (found, null)
            : (null, IssuerDenials.NotFound(id));

    /// <summary>Fetches the keys now, also of an issuer that is disabled.</summary>
    public async Task<(string? Found, Denial? Denial)> CheckAsync(string id, CancellationToken cancellationToken)
    {
        var (report, denial) = await FindAsync(id, cancellationToken);
        if (report is null)
        {
            return (null, denial);
        }
        if (TrustedIssuer.From(report.Row, catalog) is not ({ } issuer, _))
        {
            return (null, IssuerDenials.Suspended(report.Suspended!));
        }
        try
        {
            var found = await keys.FetchAsync(issuer, cancellationToken);
            var names = found.Select(key => Printable.Value($"{key.Kid} {key.Kty}"));
            return ($"{issuer.Binding.Issuer}: {found.Count} keys ({string.Join(", ", names)}).", null);
        }
        catch (IssuerUnreachable failure)
        {
            return (null, new Denial(StatusCodes.Status502BadGateway, "issuer-unreachable", failure.Message));
        }
    }

    private IssuerReport Report(IssuerBindingRow row, int policies)
    {
        var (issuer, problem) = TrustedIssuer.From(row, catalog);
        return new IssuerReport(row, catalog.Find(row.ProviderId), issuer is null ? KeysHeld.Nothing : keys.HeldOf(issuer))
        {
            Suspended = problem,
            Policies = policies,
        };
    }
}
