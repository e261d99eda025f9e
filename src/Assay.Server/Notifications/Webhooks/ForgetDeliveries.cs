using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Notifications;

/// <summary>Deletes, once an hour, deliveries that are too old to be looked at.</summary>
internal sealed partial class ForgetDeliveries(
    CommitQueue commits, IOptions<WebhooksOptions> options, TimeProvider time, ILogger<ForgetDeliveries> logger) : BackgroundService
{
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

    public Task<int> RunAsync(CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        var before = commit.Now.AddDays(-options.Value.KeepDays);
        return await commit.Db.WebhookDeliveries.Where(row => row.CreatedAt < before && row.State != WebhookDelivery.Waiting).ExecuteDeleteAsync(stop);
    }, cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old deliveries could not be deleted; tried again in an hour")]
    private partial void Failed(Exception failure);
}
