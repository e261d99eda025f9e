using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Upstream;

/// <summary>A registry behind this one, and what is kept of it.</summary>
internal sealed record UpstreamState(UpstreamRegistry Registry, int Documents, int Tarballs, long Bytes, int Keys, DateTimeOffset? LastFetchedAt);

/// <summary>A package of another registry that is kept.</summary>
internal sealed record KeptPackage(string Name, string Registry, int Tarballs, long Bytes, DateTimeOffset ValidatedAt);

/// <summary>What there is of other registries: what is kept, what operators ruled, what was refused.</summary>
internal sealed class ReadUpstream(RegistryDbSource source, UpstreamRoutes routes)
{
    public const int PageSize = 100;

    public async Task<IReadOnlyList<UpstreamState>> RegistriesAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var states = new List<UpstreamState>();
        foreach (var registry in routes.All)
        {
            var (packages, tarballs) = (db.UpstreamPackages.Where(row => row.Registry == registry.Key), db.UpstreamTarballs.Where(row => row.Registry == registry.Key));
            states.Add(new UpstreamState(
                registry,
                await packages.CountAsync(cancellationToken),
                await tarballs.CountAsync(cancellationToken),
                await tarballs.SumAsync(row => row.Size, cancellationToken),
                await db.UpstreamKeys.CountAsync(row => row.Registry == registry.Key, cancellationToken),
                await packages.MaxAsync(row => (DateTimeOffset?)row.ValidatedAt, cancellationToken)));
        }
        return states;
    }

    /// <summary>Those whose name begins so, after a name, by name; and where the next page goes on.</summary>
    public async Task<(IReadOnlyList<KeptPackage> Packages, string? Next)> KeptAsync(string? start, string? after, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var rows = await db.UpstreamPackages
            .Where(row => (start == null || row.Name.StartsWith(start)) && (after == null || string.Compare(row.Name, after) > 0))
            .OrderBy(row => row.Name).Take(PageSize)
            .Select(row => new KeptPackage(
                row.Name, row.Registry,
                db.UpstreamTarballs.Count(tarball => tarball.Name == row.Name),
                db.UpstreamTarballs.Where(tarball => tarball.Name == row.Name).Sum(tarball => tarball.Size),
                row.ValidatedAt))
            .ToListAsync(cancellationToken);
        return (rows, rows.Count < PageSize ? null : rows[^1].Name);
    }

    /// <summary>Those that hold.</summary>
    public async Task<IReadOnlyList<UpstreamRulingRow>> RulingsAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await db.UpstreamRulings.Where(row => row.LiftedAt == null).OrderBy(row => row.Id).ToListAsync(cancellationToken);
    }

    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<UpstreamRefusalRow>> RefusalsAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await db.UpstreamRefusals.OrderByDescending(row => row.LastAt).ThenByDescending(row => row.Id).Take(PageSize).ToListAsync(cancellationToken);
    }
}
