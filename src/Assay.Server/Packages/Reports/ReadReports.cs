using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Which reports somebody looks for.</summary>
internal sealed record ReportFilter(string? Package, string? Kind, bool WithClosed, long? Before);

/// <summary>A report as its reader may see it.</summary>
/// <param name="Row">The report.</param>
/// <param name="Reporter">Who made it, for administrators and for who it is; null for others.</param>
/// <param name="IsHandled">Whether the reader decides about it.</param>
internal sealed record SeenReport(ReportRow Row, string? Reporter, bool IsHandled);

/// <summary>The reports that somebody may see.</summary>
internal sealed class ReadReports(RegistryDbSource source)
{
    public const int PageSize = 100;

    /// <summary>The newest first, and where the next page goes on.</summary>
    public async Task<(IReadOnlyList<SeenReport> Reports, long? Next)> ListAsync(ReportFilter filter, ReportReader reader, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var rows = await ReportRights.SeenBy(db, reader)
            .Where(row => (filter.WithClosed || row.ClosedAt == null) && (filter.Before == null || row.Id < filter.Before))
            .Where(row => (filter.Package == null || row.PackageName == filter.Package) && (filter.Kind == null || row.Kind == filter.Kind))
            .OrderByDescending(row => row.Id).Take(PageSize).ToListAsync(cancellationToken);
        return (await SeenAsync(db, [.. rows.Where(reader.Reaches)], reader, cancellationToken), rows.Count < PageSize ? null : rows[^1].Id);
    }

    /// <summary>Null when there is none that they may see.</summary>
    public async Task<SeenReport?> FindAsync(long id, ReportReader reader, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var rows = await ReportRights.SeenBy(db, reader).Where(row => row.Id == id).ToListAsync(cancellationToken);
        return (await SeenAsync(db, [.. rows.Where(reader.Reaches)], reader, cancellationToken)).SingleOrDefault();
    }

    private static async Task<List<SeenReport>> SeenAsync(RegistryDb db, IReadOnlyList<ReportRow> rows, ReportReader reader, CancellationToken cancellationToken)
    {
        var ids = rows.Select(row => row.ReporterId).Distinct().ToList();
        var names = await db.People.Where(person => ids.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.Name, cancellationToken);
        List<SeenReport> seen = [];
        foreach (var row in rows)
        {
            var isNamed = reader.IsAdministrator || row.ReporterId == reader.PersonId;
            seen.Add(new SeenReport(row, isNamed ? names[row.ReporterId] : null, await ReportRights.MayHandleAsync(db, row, reader, cancellationToken)));
        }
        return seen;
    }
}
