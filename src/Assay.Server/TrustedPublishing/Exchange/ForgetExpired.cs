using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Deletes, once an hour, what can no longer matter: replay records of expired identity tokens, dead publish tokens, attempts that are old or too many; and changes that nobody agreed to.</summary>
internal sealed partial class ForgetExpired(
    CommitQueue commits, Reservations reservations, WaitingChanges waiting, TrimAttempts attempts, TimeProvider time, ILogger<ForgetExpired> logger) : BackgroundService
{
    // A dead publish token is kept a while, so that its holder is told that it expired and not that it never was.
    private static readonly TimeSpan DeadTokensKept = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunAsync(stoppingToken);
                await reservations.ReleaseUnusedAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Failed(failure);
            }
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await ForgetTokensAsync(cancellationToken);
        await waiting.LapseAsync(cancellationToken);
        await attempts.RunAsync(cancellationToken);
    }

    private Task<bool> ForgetTokensAsync(CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        var deadBefore = commit.Now - DeadTokensKept;
        await commit.Db.Replays.Where(row => row.KeepUntil < commit.Now).ExecuteDeleteAsync(stop);
        // A stage rests on the token of the run that staged, which has all that is known of the run.
        await commit.Db.PublishTokens
            .Where(row => row.ExpiresAt < deadBefore && !commit.Db.Stages.Any(stage => stage.TokenId == row.Id && stage.TakenVersion != null))
            .ExecuteDeleteAsync(stop);
        return true;
    }, cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Expired records could not be deleted; tried again in an hour")]
    private partial void Failed(Exception failure);
}
