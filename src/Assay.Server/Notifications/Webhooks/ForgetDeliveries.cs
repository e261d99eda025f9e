using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Notifications;

/// <summary>Deletes, once an hour, deliveries that are too old to be looked at.</summary>
internal sealed class ForgetDeliveries(
    CommitQueue commits, IOptions<WebhooksOptions> options, TimeProvider time, ILogger<ForgetDeliveries> logger) : RegularWork(TimeSpan.FromHours(1), time, logger)
{
    protected override Task DoAsync(CancellationToken cancellationToken) => RunAsync(cancellationToken);

    public Task<int> RunAsync(CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        var before = commit.Now.AddDays(-options.Value.KeepDays);
        return await commit.Db.WebhookDeliveries.Where(row => row.CreatedAt < before && row.State != WebhookDelivery.Waiting).ExecuteDeleteAsync(stop);
    }, cancellationToken);
}
