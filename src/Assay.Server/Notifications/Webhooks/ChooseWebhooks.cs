using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Notifications;

/// <summary>A webhook that is told of an event, and in which words.</summary>
internal sealed record ChosenDelivery(long WebhookId, AuditEventRow Happened, string Body);

/// <summary>Decides which webhooks are told of which events: those that want it, and whose owners may know it now.</summary>
internal static class ChooseWebhooks
{
    public static async Task<List<ChosenDelivery>> ForAsync(RegistryDb db, IReadOnlyList<AuditEventRow> events, CancellationToken cancellationToken)
    {
        var rows = await db.Webhooks.Where(row => row.StoppedAt == null).OrderBy(row => row.Id).ToListAsync(cancellationToken);
        if (rows.Count == 0)
        {
            return [];
        }
        var administrators = (await WhoMayKnow.AdministratorsAsync(db, cancellationToken)).ToHashSet();
        List<ChosenDelivery> chosen = [];
        foreach (var happened in events)
        {
            var wanting = rows.Where(row => Wants(row, happened)).ToList();
            var answerable = wanting.Count == 0 ? [] : await WhoMayKnow.AnswerableAsync(db, happened, cancellationToken);
            foreach (var row in wanting)
            {
                var isAdministrators = row.OwnerId is not { } owner || administrators.Contains(owner);
                if (isAdministrators || answerable.Contains(row.OwnerId!.Value))
                {
                    chosen.Add(new ChosenDelivery(row.Id, happened, WebhookPayload.Of(happened, withAddress: isAdministrators)));
                }
            }
        }
        return chosen;
    }

    private static bool Wants(WebhookRow row, AuditEventRow happened)
    {
        if (!WebhookPatterns.Events(row.Events).Any(pattern => pattern.Matches(happened.Action)))
        {
            return false;
        }
        var packages = WebhookPatterns.Packages(row.Packages);
        return packages.Count == 0
            || (AuditEvents.Of(happened.Action).NamedBy(happened.Subject).Package is { } package && packages.Any(pattern => pattern.Matches(package)));
    }
}
