using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Notifications;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>One webhook: what came of its deliveries, and what is done with it.</summary>
[For(Circle.Administrators)]
internal sealed class WebhookShowPage(ReadWebhooks webhooks, ChangeWebhook change, SecondFactorGate gate) : OperatorPage
{
    public ShownWebhook Webhook { get; private set; } = null!;

    public IReadOnlyList<WebhookDeliveryRow> Deliveries { get; private set; } = [];

    public long? Next => Deliveries.Count < ReadWebhooks.PageSize ? null : Deliveries[^1].Id;

    /// <summary>Shown this one time.</summary>
    public string? Secret { get; private set; }

    protected override IReadOnlyDictionary<string, string> Sentences { get; } = new Dictionary<string, string>
    {
        ["pinged"] = "A test message is on its way. What comes of it stands among the deliveries.",
        ["resumed"] = "It is told again.",
        ["redelivered"] = "The message is on its way again.",
    };

    public async Task<IActionResult> OnGetAsync(long id, long? before)
    {
        SayDone();
        return await LoadAsync(id, before) ?? Page();
    }

    public Task<IActionResult> OnPostPingAsync(long id) => ActAsync(id, "pinged", async user => (await change.PingAsync(id, user, Stop)).Denial);

    public Task<IActionResult> OnPostResumeAsync(long id) => ActAsync(id, "resumed", user => change.ResumeAsync(id, user, Stop));

    public Task<IActionResult> OnPostRedeliverAsync(long id, string? message) => ActAsync(id, "redelivered", user => change.RedeliverAsync(id, message ?? "", user, Stop));

    public Task<IActionResult> OnPostDeleteAsync(long id) => ActAsync(id, "deleted", user => change.DeleteAsync(id, user, Stop), "/-/operator/webhooks");

    public async Task<IActionResult> OnPostRotateAsync(long id)
    {
        if (await LoadAsync(id, before: null) is { } unknown)
        {
            return unknown;
        }
        var (rotated, denial) = await change.RotateAsync(id, WebhookUser.Of(Member), gate.Asking(HttpContext, Member, SensitiveAct.Of($"give webhook {id} another secret")), Stop);
        IsRefused(denial);
        Secret = rotated?.Secret;
        return Page();
    }

    private async Task<IActionResult> ActAsync(long id, string word, Func<WebhookUser, Task<JsonAnswer?>> act, string? page = null) =>
        await LoadAsync(id, before: null) ?? (IsRefused(await act(WebhookUser.Of(Member))) ? Page() : Done(word, page));

    private async Task<IActionResult?> LoadAsync(long id, long? before)
    {
        var user = WebhookUser.Of(Member);
        if ((await webhooks.ListAsync(user, Stop)).FirstOrDefault(shown => shown.Row.Id == id) is not { } found)
        {
            return Message("Not found", StatusCodes.Status404NotFound, ReadWebhooks.NotFound(id).Text);
        }
        Webhook = found;
        Deliveries = await webhooks.DeliveriesAsync(id, before, user, Stop) ?? [];
        return null;
    }
}
