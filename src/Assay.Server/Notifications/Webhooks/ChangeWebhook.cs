using System.Globalization;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Data.Sealing;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Notifications;

/// <summary>Deletes a webhook, gives it another secret, sets it going again, tries it, repeats a delivery.</summary>
internal sealed class ChangeWebhook(CommitQueue commits, SecretSeal seal, IOptions<WebhooksOptions> options)
{
    public Task<JsonAnswer?> DeleteAsync(long id, WebhookUser user, CancellationToken cancellationToken) =>
        RunAsync(id, user, async (commit, row, stop) =>
        {
            await commit.Db.WebhookDeliveries.Where(delivery => delivery.WebhookId == row.Id).ExecuteDeleteAsync(stop);
            commit.Db.Webhooks.Remove(row);
            commit.Record(user.Actor, "webhook.deleted", Subject(row), new Uri(row.Url).IdnHost);
            commit.Changed(Listeners.ChangeKey);
            return null;
        }, cancellationToken);

    public async Task<(WebhookWithSecret? Rotated, JsonAnswer? Denial)> RotateAsync(
        long id, WebhookUser user, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken)
    {
        var secret = WebhookSecret.Create();
        var box = await seal.SealAsync(WebhookSecret.Purpose, secret, cancellationToken);
        WebhookRow? changed = null;
        var refused = await RunAsync(id, user, ask, (commit, row, _) =>
        {
            row.FormerSecret = HasSecret(row) ? row.Secret : null;
            row.FormerUntil = HasSecret(row) ? commit.Now.AddHours(options.Value.FormerSecretHours) : null;
            row.Secret = box;
            commit.Record(user.Actor, "webhook.rotated", Subject(row), $"the former secret counts until {row.FormerUntil:u}");
            changed = row;
            return Task.FromResult<Denial?>(null);
        }, cancellationToken);
        return refused is null ? (new WebhookWithSecret(changed!, WebhookSecret.Text(secret)), null) : (null, refused);
    }

    public Task<JsonAnswer?> ResumeAsync(long id, WebhookUser user, CancellationToken cancellationToken) =>
        RunAsync(id, user, (commit, row, _) =>
        {
            if (!HasSecret(row))
            {
                return Task.FromResult<Denial?>(new Denial(StatusCodes.Status409Conflict, "webhook-without-secret", "Its secret is lost. Give it another one (rotate) first."));
            }
            row.StoppedAt = null;
            row.StoppedWhy = null;
            row.FailingSince = null;
            commit.Record(user.Actor, "webhook.resumed", Subject(row));
            commit.Changed(Listeners.ChangeKey);
            return Task.FromResult<Denial?>(null);
        }, cancellationToken);

    // None is left once the key that it was sealed with was lost.
    private static bool HasSecret(WebhookRow row) => row.Secret.Length > 0;

    /// <summary>Sends a message that means nothing, to see whether it arrives; answers its id.</summary>
    public async Task<(string? MessageId, JsonAnswer? Denial)> PingAsync(long id, WebhookUser user, CancellationToken cancellationToken)
    {
        string? message = null;
        var denial = await RunAsync(id, user, (commit, row, _) =>
        {
            if (Stopped(row) is { } stopped)
            {
                return Task.FromResult<Denial?>(stopped);
            }
            message = WebhookDelivery.Add(commit, row.Id, WebhookPayload.Ping, WebhookPayload.OfPing(row.Id, user.Actor.Name, commit.Now));
            return Task.FromResult<Denial?>(null);
        }, cancellationToken);
        return (denial is null ? message : null, denial);
    }

    /// <summary>The same message again, under the same id.</summary>
    public Task<JsonAnswer?> RedeliverAsync(long id, string messageId, WebhookUser user, CancellationToken cancellationToken) =>
        RunAsync(id, user, async (commit, row, stop) =>
        {
            if (Stopped(row) is { } stopped)
            {
                return stopped;
            }
            var delivery = await commit.Db.WebhookDeliveries.AsTracking().SingleOrDefaultAsync(found => found.WebhookId == row.Id && found.MessageId == messageId, stop);
            if (delivery is null)
            {
                return new Denial(StatusCodes.Status404NotFound, "delivery-not-found", $"Webhook {row.Id} has no delivery {messageId}, or has it no more.");
            }
            if (delivery.State == WebhookDelivery.Waiting)
            {
                return new Denial(StatusCodes.Status409Conflict, "delivery-waiting", $"{messageId} is waiting to be delivered already.");
            }
            delivery.State = WebhookDelivery.Waiting;
            WebhookDelivery.Send(commit, row.Id, messageId);
            return null;
        }, cancellationToken);

    private static Denial? Stopped(WebhookRow row) => row.StoppedAt is null
        ? null
        : new Denial(StatusCodes.Status409Conflict, "webhook-stopped", $"Webhook {row.Id} is stopped: {row.StoppedWhy}. Resume it first.");

    private static string Subject(WebhookRow row) => row.Id.ToString(CultureInfo.InvariantCulture);

    // What undoes nothing and tells nobody anything new asks for no second factor.
    private Task<JsonAnswer?> RunAsync(
        long id, WebhookUser user, Func<Commit, WebhookRow, CancellationToken, Task<Denial?>> change, CancellationToken cancellationToken) =>
        commits.RunAsync((commit, stop) => ChangeAsync(commit, id, user, change, stop), cancellationToken);

    private Task<JsonAnswer?> RunAsync(
        long id, WebhookUser user, Func<CancellationToken, Task<JsonAnswer?>> ask, Func<Commit, WebhookRow, CancellationToken, Task<Denial?>> change,
        CancellationToken cancellationToken) =>
        commits.RunAskedAsync(ask, (commit, stop) => ChangeAsync(commit, id, user, change, stop), cancellationToken);

    private static async Task<JsonAnswer?> ChangeAsync(
        Commit commit, long id, WebhookUser user, Func<Commit, WebhookRow, CancellationToken, Task<Denial?>> change, CancellationToken cancellationToken) =>
        (await user.Visible(commit.Db.Webhooks.AsTracking()).SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is { } row
            ? await change(commit, row, cancellationToken)
            : ReadWebhooks.NotFound(id))?.ToAnswer();
}
