using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Audit;

/// <summary>Deletes, once a day, what is older than the operator wants to keep. By default nothing is.</summary>
internal sealed partial class ForgetOldEvents(
    CommitQueue commits, IOptions<AuditOptions> options, TimeProvider time, ILogger<ForgetOldEvents> logger) : BackgroundService
{
    // In pieces, because a commit holds up all others.
    private const int PieceSize = 5_000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.KeepDays == 0)
        {
            return;
        }
        using var timer = new PeriodicTimer(TimeSpan.FromDays(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Failed(failure);
            }
        }
    }

    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().AddDays(-options.Value.KeepDays);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old events of the audit log could not be deleted; tried again tomorrow")]
    private partial void Failed(Exception failure);
}
