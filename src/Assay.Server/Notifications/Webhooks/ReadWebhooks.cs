using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Notifications;

/// <summary>A webhook, and whose it is.</summary>
internal sealed record ShownWebhook(WebhookRow Row, string? Owner);

/// <summary>Shows webhooks and what came of their deliveries.</summary>
internal sealed class ReadWebhooks(RegistryDbSource source)
{
    public const int PageSize = 100;

    public static Denial NotFound(long id) => new(StatusCodes.Status404NotFound, "webhook-not-found", $"There is no webhook {id}, or it is not yours.");

    public async Task<IReadOnlyList<ShownWebhook>> ListAsync(WebhookUser user, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await user.Visible(db.Webhooks)
            .OrderBy(row => row.Id)
            .Select(row => new ShownWebhook(row, db.People.Where(person => person.Id == row.OwnerId).Select(person => person.Name).FirstOrDefault()))
            .ToListAsync(cancellationToken);
    }

    /// <summary>The newest first; null when the webhook is not there for this user.</summary>
    public async Task<IReadOnlyList<WebhookDeliveryRow>?> DeliveriesAsync(long id, long? before, WebhookUser user, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await user.Visible(db.Webhooks).AnyAsync(row => row.Id == id, cancellationToken)
            ? await db.WebhookDeliveries
                .Where(row => row.WebhookId == id && (before == null || row.Id < before))
                .OrderByDescending(row => row.Id).Take(PageSize).ToListAsync(cancellationToken)
            : null;
    }

    public static JsonObject Shown(WebhookRow row, string? owner) => new()
    {
        ["id"] = row.Id,
        ["url"] = row.Url,
        ["events"] = Array(row.Events),
        ["packages"] = Array(row.Packages),
        ["owner"] = owner,
        ["createdAt"] = JsonTime.Of(row.CreatedAt),
        ["formerSecretUntil"] = Time(row.FormerUntil),
        ["failingSince"] = Time(row.FailingSince),
        ["stoppedAt"] = Time(row.StoppedAt),
        ["stoppedWhy"] = row.StoppedWhy,
    };

    /// <summary>What a receiver answers is for administrators: where private addresses are allowed, it could be another service's.</summary>
    public static JsonObject Shown(WebhookDeliveryRow row, bool withAnswer)
    {
        var json = new JsonObject
        {
            ["id"] = row.Id,
            ["message"] = row.MessageId,
            ["event"] = row.Event,
            ["createdAt"] = JsonTime.Of(row.CreatedAt),
            ["state"] = row.State,
            ["attempts"] = row.Attempts,
            ["lastAt"] = Time(row.LastAt),
            ["lastStatus"] = row.LastStatus,
            ["lastProblem"] = row.LastProblem,
            ["body"] = JsonNode.Parse(row.Body),
        };
        if (withAnswer)
        {
            json["lastAnswer"] = row.LastAnswer;
        }
        return json;
    }

    private static JsonArray Array(string lines) => new([.. WebhookPatterns.Lines(lines).Select(line => JsonValue.Create(line))]);

    private static JsonNode? Time(DateTimeOffset? at) => at is { } time ? JsonTime.Of(time) : null;
}
