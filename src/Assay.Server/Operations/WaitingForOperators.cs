using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Operations;

/// <summary>What somebody has to decide about, or holds until somebody ends it.</summary>
internal sealed record OpenMatters(int Reports, int Incidents, int Freezes, int Quarantined);

/// <summary>Counts what is open.</summary>
internal sealed class WaitingForOperators(RegistryDbSource source)
{
    public async Task<OpenMatters> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return new OpenMatters(
            await db.Reports.CountAsync(row => row.ClosedAt == null, cancellationToken),
            await db.Incidents.CountAsync(row => row.UndoneAt == null, cancellationToken),
            await db.Freezes.CountAsync(row => row.LiftedAt == null, cancellationToken),
            await db.Versions.CountAsync(row => row.QuarantinedBy != null, cancellationToken));
    }
}
