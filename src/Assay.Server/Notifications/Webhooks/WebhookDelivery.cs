using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Jobs;

namespace Assay.Server.Notifications;

/// <summary>A delivery and the job that sends it, in one commit.</summary>
internal static class WebhookDelivery
{
    public const string Waiting = "waiting";
    public const string Delivered = "delivered";
    public const string Failed = "failed";
    public const string Skipped = "skipped";

    private const int IdBytes = 24;

    /// <summary>Returns the id that the receiver knows the message by.</summary>
    public static string Add(Commit commit, long webhook, string name, string body)
    {
        var id = "msg_" + RandomNumberGenerator.GetHexString(IdBytes, lowercase: true);
        commit.Db.WebhookDeliveries.Add(new WebhookDeliveryRow
        {
            WebhookId = webhook,
            MessageId = id,
            Event = name,
            Body = body,
            CreatedAt = commit.Now,
            State = Waiting,
        });
        Send(commit, webhook, id);
        return id;
    }

    public static void Send(Commit commit, long webhook, string messageId) =>
        commit.Enqueue(DeliverWebhook.JobKind, new JsonObject { ["message"] = messageId }, $"webhook {webhook}");
}
