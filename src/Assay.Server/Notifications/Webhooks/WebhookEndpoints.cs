using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Identity;

namespace Assay.Server.Notifications;

/// <summary>Webhooks for people; <c>admin webhook …</c> does the same.</summary>
internal static class WebhookEndpoints
{
    public static void MapWebhooks(this IEndpointRouteBuilder app)
    {
        var webhooks = app.MapGroup("/-/assay/v1/webhooks").ForSignInsOnly("Webhooks tell of everything that you may know, so seeing and changing them");
        webhooks.MapGet("", ListAsync);
        webhooks.MapPost("", CreateAsync);
        webhooks.MapDelete("/{id:long}", DeleteAsync);
        webhooks.MapPost("/{id:long}/rotate", RotateAsync);
        webhooks.MapPost("/{id:long}/resume", ResumeAsync);
        webhooks.MapPost("/{id:long}/ping", PingAsync);
        webhooks.MapGet("/{id:long}/deliveries", DeliveriesAsync);
        webhooks.MapPost("/{id:long}/deliveries/{message}/redeliver", RedeliverAsync);
    }

    private static async Task<IResult> ListAsync(Caller caller, ReadWebhooks webhooks, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var found = await webhooks.ListAsync(WebhookUser.Of(member), cancellationToken);
        return JsonAnswer.Ok(new JsonObject { ["webhooks"] = new JsonArray([.. found.Select(each => ReadWebhooks.Shown(each.Row, each.Owner))]) });
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, Caller caller, CreateWebhook create, SecondFactorGate gate, CancellationToken cancellationToken)
    {
        if (Refuse(caller, out var member) is { } refused)
        {
            return refused;
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        var (wanted, unread) = WantedWebhook.Read(json as JsonObject ?? []);
        if (wanted is null)
        {
            return unread!.ToAnswer();
        }
        var ask = gate.Asking(context, member, SensitiveAct.Of("make a webhook", json));
        var (created, denial) = await create.RunAsync(wanted, WebhookUser.Of(member), owner: null, ask, cancellationToken);
        return created is null ? denial! : JsonAnswer.Created(WithSecret(created, member.PersonName));
    }

    private static async Task<IResult> DeleteAsync(long id, Caller caller, ChangeWebhook change, CancellationToken cancellationToken) =>
        Refuse(caller, out var member) ?? Answer(await change.DeleteAsync(id, WebhookUser.Of(member), cancellationToken), () => Results.NoContent());

    private static async Task<IResult> RotateAsync(
        long id, HttpContext context, Caller caller, ChangeWebhook change, SecondFactorGate gate, CancellationToken cancellationToken)
    {
        if (Refuse(caller, out var member) is { } refused)
        {
            return refused;
        }
        var ask = gate.Asking(context, member, SensitiveAct.Of($"give webhook {id} another secret"));
        var (rotated, denial) = await change.RotateAsync(id, WebhookUser.Of(member), ask, cancellationToken);
        return rotated is null ? denial! : JsonAnswer.Ok(WithSecret(rotated, owner: null));
    }

    private static async Task<IResult> ResumeAsync(long id, Caller caller, ChangeWebhook change, CancellationToken cancellationToken) =>
        Refuse(caller, out var member) ?? Answer(await change.ResumeAsync(id, WebhookUser.Of(member), cancellationToken), () => Results.NoContent());

    private static async Task<IResult> PingAsync(long id, Caller caller, ChangeWebhook change, CancellationToken cancellationToken)
    {
        if (Refuse(caller, out var member) is { } refused)
        {
            return refused;
        }
        var (message, denial) = await change.PingAsync(id, WebhookUser.Of(member), cancellationToken);
        return Answer(denial, () => Accepted(message!));
    }

    private static async Task<IResult> RedeliverAsync(long id, string message, Caller caller, ChangeWebhook change, CancellationToken cancellationToken) =>
        Refuse(caller, out var member) ?? Answer(await change.RedeliverAsync(id, message, WebhookUser.Of(member), cancellationToken), () => Accepted(message));

    private static async Task<IResult> DeliveriesAsync(long id, long? before, Caller caller, ReadWebhooks webhooks, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        if (await webhooks.DeliveriesAsync(id, before, WebhookUser.Of(member), cancellationToken) is not { } found)
        {
            return ReadWebhooks.NotFound(id).ToAnswer();
        }
        return JsonAnswer.Ok(new JsonObject
        {
            ["deliveries"] = new JsonArray([.. found.Select(row => ReadWebhooks.Shown(row, member.IsAdministrator))]),
            ["next"] = found.Count < ReadWebhooks.PageSize ? null : found[^1].Id,
        });
    }

    public static JsonObject WithSecret(WebhookWithSecret webhook, string? owner)
    {
        var json = ReadWebhooks.Shown(webhook.Row, owner);
        json["secret"] = webhook.Secret;
        return json;
    }

    private static JsonAnswer Accepted(string message) => new(StatusCodes.Status202Accepted, new JsonObject { ["message"] = message });

    private static IResult Answer(JsonAnswer? denial, Func<IResult> done) => denial ?? done();

    private static JsonAnswer? Refuse(Caller caller, out Caller.Member member)
    {
        member = (caller as Caller.Member)!;
        return member switch
        {
            null => Denials.SignInNeeded(caller),
            { Token.IsReadOnly: true } => Denials.ReadOnlyToken(),
            _ => null,
        };
    }
}
