using System.Globalization;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;

namespace Assay.Server.Notifications;

/// <summary><c>admin webhook add|list|delete|rotate|resume|ping|deliveries|redeliver</c>.</summary>
internal static class WebhookAdmin
{
    public static void MapAdminWebhooks(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/webhook/add", AddAsync);
        admin.MapPost("/webhook/list", ListAsync);
        admin.MapPost("/webhook/delete", DeleteAsync);
        admin.MapPost("/webhook/rotate", RotateAsync);
        admin.MapPost("/webhook/resume", ResumeAsync);
        admin.MapPost("/webhook/ping", PingAsync);
        admin.MapPost("/webhook/deliveries", DeliveriesAsync);
        admin.MapPost("/webhook/redeliver", RedeliverAsync);
    }

    private static async Task<IResult> AddAsync(HttpContext context, CreateWebhook create, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        var body = json as JsonObject ?? [];
        var owner = body.Text("owner");
        body.Remove("owner");
        var (wanted, unread) = WantedWebhook.Read(body);
        if (wanted is null)
        {
            return unread!.ToAnswer();
        }
        var (created, denial) = await create.RunAsync(wanted, WebhookUser.Operator, owner, AskedChanges.Nobody, cancellationToken);
        return created is null
            ? denial!
            : JsonAnswer.Lines($"Webhook {created.Row.Id} tells {created.Row.Url}.", $"Its secret, which is not shown again: {created.Secret}");
    }

    private static async Task<IResult> ListAsync(ReadWebhooks webhooks, CancellationToken cancellationToken)
    {
        var found = await webhooks.ListAsync(WebhookUser.Operator, cancellationToken);
        return found.Count == 0 ? JsonAnswer.Lines("There are no webhooks.") : JsonAnswer.Lines(found.Select(Line));
    }

    private static Task<IResult> DeleteAsync(HttpContext context, ChangeWebhook change, CancellationToken cancellationToken) =>
        OfIdAsync(context, async (id, _) => (await change.DeleteAsync(id, WebhookUser.Operator, cancellationToken), [$"Webhook {id} is deleted."]), cancellationToken);

    private static Task<IResult> RotateAsync(HttpContext context, ChangeWebhook change, CancellationToken cancellationToken) =>
        OfIdAsync(context, async (id, _) =>
        {
            var (rotated, denial) = await change.RotateAsync(id, WebhookUser.Operator, AskedChanges.Nobody, cancellationToken);
            return (denial, [$"The new secret of webhook {id}, which is not shown again: {rotated?.Secret}", $"Deliveries are signed with the former one as well until {rotated?.Row.FormerUntil:u}."]);
        }, cancellationToken);

    private static Task<IResult> ResumeAsync(HttpContext context, ChangeWebhook change, CancellationToken cancellationToken) =>
        OfIdAsync(context, async (id, _) => (await change.ResumeAsync(id, WebhookUser.Operator, cancellationToken), [$"Webhook {id} is told again."]), cancellationToken);

    private static Task<IResult> PingAsync(HttpContext context, ChangeWebhook change, CancellationToken cancellationToken) =>
        OfIdAsync(context, async (id, _) =>
        {
            var (message, denial) = await change.PingAsync(id, WebhookUser.Operator, cancellationToken);
            return (denial, [$"{message} is on its way. What comes of it: ./run admin webhook deliveries {id}"]);
        }, cancellationToken);

    private static Task<IResult> RedeliverAsync(HttpContext context, ChangeWebhook change, CancellationToken cancellationToken) =>
        OfIdAsync(context, async (id, body) =>
        {
            var message = body.Text("message") ?? "";
            return (await change.RedeliverAsync(id, message, WebhookUser.Operator, cancellationToken), [$"{message} is on its way again."]);
        }, cancellationToken);

    private static Task<IResult> DeliveriesAsync(HttpContext context, ReadWebhooks webhooks, CancellationToken cancellationToken) =>
        OfIdAsync(context, async (id, _) =>
        {
            var found = await webhooks.DeliveriesAsync(id, before: null, WebhookUser.Operator, cancellationToken);
            return found switch
            {
                null => (ReadWebhooks.NotFound(id).ToAnswer(), []),
                [] => (null, ["Nothing was delivered lately."]),
                _ => (null, [.. found.Select(Line)]),
            };
        }, cancellationToken);

    private static async Task<IResult> OfIdAsync(
        HttpContext context, Func<long, JsonObject, Task<(JsonAnswer? Denial, string[] Lines)>> act, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        var body = json as JsonObject ?? [];
        if (problem is not null || !long.TryParse(body.Text("id"), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return problem ?? NpmError.BadRequest("Which webhook? See: ./run admin webhook list");
        }
        var (denial, lines) = await act(id, body);
        return denial ?? JsonAnswer.Lines(lines);
    }

    private static string Line(ShownWebhook shown)
    {
        var row = shown.Row;
        var state = row switch
        {
            { StoppedAt: { } at } => $"stopped at {at:u}: {row.StoppedWhy}",
            { FailingSince: { } since } => $"failing since {since:u}",
            _ => "in use",
        };
        var packages = row.Packages.Length == 0 ? "" : $" of {row.Packages.Replace('\n', ' ')}";
        return $"{row.Id}  {row.Url}  {row.Events.Replace('\n', ' ')}{packages}  for {shown.Owner ?? "the operator"}, {state}";
    }

    private static string Line(WebhookDeliveryRow row) =>
        $"{row.MessageId}  {row.Event}  {row.State}, {row.Attempts} attempts{(row.LastAt is { } at ? $", last {at:u}" : "")}"
        + $"{(row.LastStatus is { } status ? $" {status}" : "")}{(row.LastProblem is null ? "" : $": {row.LastProblem}")}{(row.LastAnswer is { Length: > 0 } answer ? $" {answer}" : "")}";
}
