using System.Runtime.CompilerServices;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Jobs;

/// <summary>Nothing has failed for good, and nothing waits that should long be done.</summary>
internal sealed class JobsCheck(RegistryDbSource source, TimeProvider time) : IDoctorCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public string Subject => "jobs";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var dead = await db.Jobs.CountAsync(row => row.DeadAt != null, cancellationToken);
        yield return dead == 0
            ? Finding.Ok("No job has failed for good")
            : Finding.Warning($"{dead} {(dead == 1 ? "job has" : "jobs have")} failed for good", "Look with ./run admin jobs list, then retry or drop each");
        var since = time.GetUtcNow() - Patience;
        var late = await db.Jobs.Where(row => row.DueAt < since).OrderBy(row => row.DueAt).Select(row => new { row.Kind, row.DueAt }).FirstOrDefaultAsync(cancellationToken);
        yield return late is null
            ? Finding.Ok("No job waits that should long be done")
            : Finding.Failed(
                $"A job ({late.Kind}) waits since {late.DueAt:u}, and nobody does it",
                "Start the server, or look into its log; a kind that this version does not know waits for the newer version");
    }
}
