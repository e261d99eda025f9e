using System.Text.Json.Nodes;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Data.Sealing;
using Assay.Server.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Notifications;

/// <summary>Sends a delivery, and writes down what came of it.</summary>
internal sealed class DeliverWebhook(
    RegistryDbSource source, SecretSeal seal, SendWebhook send, IOptions<WebhooksOptions> options, TimeProvider time) : IJob
{
    public const string JobKind = "webhook";

    private static readonly Actor Registry = new("registry", "");

    public string Kind => JobKind;

    public async Task<JobOutcome> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var message = (string)JsonNode.Parse(run.Payload)!["message"]!;
        await using var db = source.Open();
        var delivery = await db.WebhookDeliveries.SingleOrDefaultAsync(row => row.MessageId == message, cancellationToken);
        var webhook = delivery is null ? null : await db.Webhooks.SingleOrDefaultAsync(row => row.Id == delivery.WebhookId, cancellationToken);
        if (delivery is null || webhook is null)
        {
            // Deleted meanwhile, with all that was to be delivered.
            return new JobOutcome.Done();
        }
        if (webhook.StoppedAt is not null)
        {
            return new JobOutcome.Done((commit, stop) => NoteAsync(commit, delivery.Id, WebhookDelivery.Skipped, new WebhookAnswer(null, "The webhook is stopped.", null), stop));
        }
        var answer = await send.RunAsync(Sign(webhook, delivery), cancellationToken);
        return Judge(webhook, delivery, answer, run.IsLast);
    }

    private SignedMessage Sign(WebhookRow webhook, WebhookDeliveryRow delivery)
    {
        var now = time.GetUtcNow();
        byte[][] secrets = webhook.FormerSecret is { } former && webhook.FormerUntil > now
            ? [seal.Open(WebhookSecret.Purpose, webhook.Secret), seal.Open(WebhookSecret.Purpose, former)]
            : [seal.Open(WebhookSecret.Purpose, webhook.Secret)];
        var signature = WebhookSecret.Sign(secrets, delivery.MessageId, now, delivery.Body);
        return new SignedMessage(new Uri(webhook.Url), delivery.MessageId, now, signature, delivery.Body);
    }

    private JobOutcome Judge(WebhookRow webhook, WebhookDeliveryRow delivery, WebhookAnswer answer, bool isLast)
    {
        if (answer.IsSuccess)
        {
            return new JobOutcome.Done(async (commit, stop) =>
            {
                await NoteAsync(commit, delivery.Id, WebhookDelivery.Delivered, answer with { Problem = null }, stop);
                await commit.Db.Webhooks.Where(row => row.Id == webhook.Id && row.FailingSince != null)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.FailingSince, (DateTimeOffset?)null), stop);
            });
        }
        if (answer.IsGone)
        {
            return new JobOutcome.Done(async (commit, stop) =>
            {
                await NoteAsync(commit, delivery.Id, WebhookDelivery.Failed, answer, stop);
                await StopAsync(commit, webhook.Id, "its receiver answered 410: it wants no more", stop);
            });
        }
        return new JobOutcome.Failed($"{new Uri(webhook.Url).IdnHost}: {answer.Problem}", async (commit, stop) =>
        {
            await NoteAsync(commit, delivery.Id, isLast ? WebhookDelivery.Failed : WebhookDelivery.Waiting, answer, stop);
            await FailedAsync(commit, webhook.Id, stop);
        });
    }

    private async Task FailedAsync(Commit commit, long webhook, CancellationToken cancellationToken)
    {
        await commit.Db.Webhooks.Where(row => row.Id == webhook && row.FailingSince == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.FailingSince, (DateTimeOffset?)commit.Now), cancellationToken);
        var since = commit.Now.AddDays(-options.Value.StopAfterDays);
        if (await commit.Db.Webhooks.AnyAsync(row => row.Id == webhook && row.FailingSince <= since, cancellationToken))
        {
            await StopAsync(commit, webhook, $"nothing got through for {options.Value.StopAfterDays} days", cancellationToken);
        }
    }

    private static async Task StopAsync(Commit commit, long webhook, string why, CancellationToken cancellationToken)
    {
        var stopped = await commit.Db.Webhooks.Where(row => row.Id == webhook && row.StoppedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.StoppedAt, (DateTimeOffset?)commit.Now).SetProperty(row => row.StoppedWhy, why), cancellationToken);
        if (stopped > 0)
        {
            commit.Record(Registry, "webhook.stopped", webhook.ToString(System.Globalization.CultureInfo.InvariantCulture), why);
            commit.Changed(Listeners.ChangeKey);
        }
    }

    private static Task<int> NoteAsync(Commit commit, long delivery, string state, WebhookAnswer answer, CancellationToken cancellationToken)
    {
        var tried = state == WebhookDelivery.Skipped ? 0 : 1;
        return commit.Db.WebhookDeliveries.Where(row => row.Id == delivery).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.State, state)
            .SetProperty(row => row.Attempts, row => row.Attempts + tried)
            .SetProperty(row => row.LastAt, (DateTimeOffset?)commit.Now)
            .SetProperty(row => row.LastStatus, answer.Status)
            .SetProperty(row => row.LastProblem, answer.Problem)
            .SetProperty(row => row.LastAnswer, answer.Text), cancellationToken);
    }
}
