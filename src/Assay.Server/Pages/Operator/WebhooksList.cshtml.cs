using System.Text.Json.Nodes;
using Assay.Server.Identity;
using Assay.Server.Notifications;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>All webhooks, and making one.</summary>
[For(Circle.Administrators)]
internal sealed class WebhooksListPage(ReadWebhooks webhooks, CreateWebhook create, SecondFactorGate gate) : OperatorPage
{
    public IReadOnlyList<ShownWebhook> Webhooks { get; private set; } = [];

    /// <summary>Shown this one time.</summary>
    public WebhookWithSecret? Made { get; private set; }

    protected override IReadOnlyDictionary<string, string> Sentences { get; } = new Dictionary<string, string>
    {
        ["deleted"] = "The webhook is deleted.",
    };

    public async Task OnGetAsync()
    {
        SayDone();
        Webhooks = await webhooks.ListAsync(WebhookUser.Of(Member), Stop);
    }

    public async Task<IActionResult> OnPostAddAsync()
    {
        var body = new JsonObject { ["url"] = Typed("url").Trim(), ["events"] = Texts("events"), ["packages"] = Texts("packages") };
        var (wanted, unread) = WantedWebhook.Read(body);
        if (!IsRefused(unread))
        {
            var ask = gate.Asking(HttpContext, Member, SensitiveAct.Of("make a webhook", body));
            (Made, var denial) = await create.RunAsync(wanted!, WebhookUser.Of(Member), owner: null, ask, Stop);
            IsRefused(denial);
        }
        await OnGetAsync();
        return Page();
    }

    private JsonArray Texts(string field) => new([.. Lines(Typed(field)).Select(line => JsonValue.Create(line))]);
}
