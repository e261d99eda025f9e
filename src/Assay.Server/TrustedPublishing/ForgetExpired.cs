using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>Deletes, once an hour, what can no longer matter: replay records of expired identity tokens, dead publish tokens, old attempts.</summary>
internal sealed partial class ForgetExpired(
    CommitQueue commits, IOptions<TrustedPublishingOptions> options, TimeProvider time, ILogger<ForgetExpired> logger) : BackgroundService
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
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Failed(failure);
            }
        }
    }

    public Task RunAsync(CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        var deadBefore = commit.Now - DeadTokensKept;
        var attemptsBefore = commit.Now.AddDays(-options.Value.AttemptDays);
        await commit.Db.Replays.Where(row => row.KeepUntil < commit.Now).ExecuteDeleteAsync(stop);
        await commit.Db.PublishTokens.Where(row => row.ExpiresAt < deadBefore).ExecuteDeleteAsync(stop);
        await commit.Db.ExchangeAttempts.Where(row => row.At < attemptsBefore).ExecuteDeleteAsync(stop);
        return true;
    }, cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Expired records could not be deleted; tried again in an hour")]
    private partial void Failed(Exception failure);
}
