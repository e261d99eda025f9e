using System.Runtime.CompilerServices;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Notifications;

/// <summary>Whether webhooks get through.</summary>
internal sealed class WebhooksCheck(RegistryDbSource source) : IDoctorCheck
{
    public string Subject => "webhooks";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var troubled = await db.Webhooks.Where(row => row.StoppedAt != null || row.FailingSince != null).OrderBy(row => row.Id).ToListAsync(cancellationToken);
        foreach (var row in troubled)
        {
            var host = new Uri(row.Url).IdnHost;
            yield return row.StoppedAt is { } at
                ? Finding.Warning($"Webhook {row.Id} to {host} is stopped since {at:u}: {row.StoppedWhy}", $"Mend the receiver, then: ./run admin webhook resume {row.Id}; or delete it")
                : Finding.Warning($"Nothing gets through to webhook {row.Id} at {host} since {row.FailingSince:u}", $"Look at what it answers: ./run admin webhook deliveries {row.Id}");
        }
    }
}
