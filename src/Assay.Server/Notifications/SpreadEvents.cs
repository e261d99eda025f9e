using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Notifications;

/// <summary>
/// Makes deliveries and mails of events: for those who listen, and may know now. All of them are written in the commit that ends the job, so
/// that an event is spread once.
/// </summary>
internal sealed class SpreadEvents(RegistryDbSource source, IOptions<MailOptions> mail) : IJob
{
    public const string JobKind = "notify";

    private const int PieceSize = 200;

    public string Kind => JobKind;

    /// <summary>Events of one set, those after an id.</summary>
    public static JsonObject OfSet(RecordedSet set, DateTimeOffset at, long after) => new()
    {
        ["action"] = set.Action,
        ["detail"] = set.Detail,
        ["at"] = at.ToUnixTimeMilliseconds(),
        ["after"] = after,
    };

    public async Task<JobOutcome> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var payload = JsonNode.Parse(run.Payload)!.AsObject();
        await using var db = source.Open();
        var (events, rest) = await ReadAsync(db, payload, cancellationToken);
        var deliveries = await ChooseWebhooks.ForAsync(db, events, cancellationToken);
        List<ChosenMail> mails = mail.Value.IsOn ? await ChooseMails.ForAsync(db, events, cancellationToken) : [];
        return new JobOutcome.Done((commit, _) =>
        {
            deliveries.ForEach(chosen => WebhookDelivery.Add(commit, chosen.WebhookId, chosen.Happened.Action, chosen.Body));
            mails.ForEach(chosen => commit.Enqueue(SendMail.JobKind, chosen.ToPayload(), SendMail.Lane));
            if (rest is not null)
            {
                commit.Enqueue(JobKind, rest);
            }
            return Task.CompletedTask;
        });
    }

    /// <summary>The events, and what is left of a set that is too large for once.</summary>
    private static async Task<(List<AuditEventRow> Events, JsonObject? Remaining)> ReadAsync(RegistryDb db, JsonObject payload, CancellationToken cancellationToken)
    {
        if (payload["events"] is JsonArray named)
        {
            var ids = named.Select(id => (long)id!).ToList();
            return (await db.AuditEvents.Where(row => ids.Contains(row.Id)).OrderBy(row => row.Id).ToListAsync(cancellationToken), null);
        }
        var set = new RecordedSet((string)payload["action"]!, (string)payload["detail"]!);
        var at = DateTimeOffset.FromUnixTimeMilliseconds((long)payload["at"]!);
        var after = (long)payload["after"]!;
        var rows = await db.AuditEvents
            .Where(row => row.At == at && row.Action == set.Action && row.Detail == set.Detail && row.Id > after)
            .OrderBy(row => row.Id)
            .Take(PieceSize)
            .ToListAsync(cancellationToken);
        return (rows, rows.Count < PieceSize ? null : OfSet(set, at, rows[^1].Id));
    }
}
