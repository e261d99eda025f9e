using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Audit;

/// <summary>Deletes, once a day, what is older than the operator wants to keep. By default nothing is.</summary>
internal sealed class ForgetOldEvents(
    CommitQueue commits, IOptions<AuditOptions> options, TimeProvider time, ILogger<ForgetOldEvents> logger) : RegularWork(TimeSpan.FromDays(1), time, logger)
{
    // In pieces, because a commit holds up all others.
    private const int PieceSize = 5_000;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        options.Value.KeepDays == 0 ? Task.CompletedTask : base.ExecuteAsync(stoppingToken);

    protected override Task DoAsync(CancellationToken cancellationToken) => RunAsync(cancellationToken);

    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var before = Time.GetUtcNow().AddDays(-options.Value.KeepDays);
        long deleted = 0;
        while (true)
        {
            var piece = await commits.RunAsync(async (commit, stop) =>
            {
                var rows = commit.Db.AuditEvents.Where(row => row.At < before).OrderBy(row => row.Id).Take(PieceSize).Select(row => row.Id);
                var count = await commit.Db.AuditEvents.Where(row => rows.Contains(row.Id)).ExecuteDeleteAsync(stop);
                if (count < PieceSize && deleted + count > 0)
                {
                    commit.Record(new Actor("registry", ""), "audit.forgotten", $"{deleted + count} events", $"from before {before:u}");
                }
                return count;
            }, cancellationToken);
            deleted += piece;
            if (piece < PieceSize)
            {
                return deleted;
            }
        }
    }
}
