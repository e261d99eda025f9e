using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Jobs;

/// <summary>What is still to be done: how many wait, how many failed for good, and the newest of both, the failed ones first.</summary>
internal sealed record OpenJobs(int Waiting, int Failed, IReadOnlyList<JobRow> Rows);

/// <summary>Shows the jobs that are not finished.</summary>
internal sealed class ReadJobs(RegistryDbSource source)
{
    private const int MostListed = 200;

    public async Task<OpenJobs> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var rows = await db.Jobs.Where(row => row.FinishedAt == null)
            .OrderByDescending(row => row.DeadAt != null).ThenByDescending(row => row.Id)
            .Take(MostListed).ToListAsync(cancellationToken);
        return new OpenJobs(
            await db.Jobs.CountAsync(row => row.DueAt != null, cancellationToken),
            await db.Jobs.CountAsync(row => row.DeadAt != null, cancellationToken), rows);
    }

    /// <summary>How a job stands, in words.</summary>
    public static string State(JobRow row) => row switch
    {
        { DeadAt: { } at } => $"failed for good at {at:u}",
        { Lease: not null } => $"under way, at most until {row.DueAt:u}",
        _ => $"due at {row.DueAt:u}",
    };
}
