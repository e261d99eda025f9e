using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data.Rows;

namespace Assay.Server.Notifications;

/// <summary>The body of a delivery. docs/webhooks.md describes it; members are added and never change.</summary>
internal static class WebhookPayload
{
    public const string Ping = "webhook.ping";

    /// <summary>The address says where a person was, and is for administrators.</summary>
    public static string Of(AuditEventRow happened, bool withAddress)
    {
        var kind = AuditEvents.Of(happened.Action);
        var (package, version) = kind.NamedBy(happened.Subject);
        var data = new JsonObject
        {
            ["id"] = happened.Id,
            ["actor"] = kind.ActorFor(happened.Actor, isAdministrator: withAddress),
            ["subject"] = happened.Subject,
            ["detail"] = happened.Detail,
            ["package"] = package,
            ["version"] = version,
        };
        if (withAddress)
        {
            data["address"] = happened.Address;
        }
        return Write(happened.Action, happened.At, data);
    }

    public static string OfPing(long webhook, string actor, DateTimeOffset at) =>
        Write(Ping, at, new JsonObject { ["webhook"] = webhook, ["actor"] = actor });

    private static string Write(string type, DateTimeOffset at, JsonObject data) =>
        new JsonObject { ["type"] = type, ["timestamp"] = JsonTime.Of(at), ["data"] = data }.ToJsonString();
}
