using System.Text.Json.Nodes;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.TrustedPublishing;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>Incidents: chosen, looked at, and only then declared, by the digest of what was looked at.</summary>
[For(Circle.Administrators)]
internal sealed class IncidentsListPage(IncidentListing incidents, IncidentChoices choices, PreviewIncident preview, DeclareIncident declare, ResponderGate gate) : OperatorPage
{
    public IReadOnlyList<IncidentRow> Incidents { get; private set; } = [];

    public OfferedChoices Choices { get; private set; } = null!;

    /// <summary>What would be done; null while nothing was chosen.</summary>
    public IncidentPreview? Preview { get; private set; }

    protected override IReadOnlyDictionary<string, string> Sentences { get; } = new Dictionary<string, string>();

    public async Task OnGetAsync()
    {
        Incidents = await incidents.ListAsync(Responder.Of(Member), Stop);
        Choices = await choices.ReadAsync(Responder.Of(Member), Stop);
    }

    /// <summary>The page with a run's origin filled in.</summary>
    public static string Choosing(PublishedByRun version) => new QueryBuilder(new Dictionary<string, string>
    {
        ["kind"] = "run",
        ["binding"] = version.Binding,
        ["project"] = version.Project,
        ["run"] = version.Run,
        ["workflow"] = version.Workflow,
    }).ToString();

    public async Task<IActionResult> OnPostPreviewAsync()
    {
        await OnGetAsync();
        // The reason is asked for here as well: it is no use to look at what cannot be declared.
        if (IsRefused(IncidentEndpoints.Read(Wanted()).Denial))
        {
            return Page();
        }
        (Preview, var denial) = await preview.RunAsync(SelectionFields.Incident(this), Responder.Of(Member), Stop);
        IsRefused(denial);
        return Page();
    }

    public async Task<IActionResult> OnPostDeclareAsync()
    {
        await OnGetAsync();
        var (body, responder) = (Wanted(), Responder.Of(Member));
        var (wanted, unread) = IncidentEndpoints.Read(body);
        if (IsRefused(unread)
            || IsRefused(await gate.RefuseToDeclareAsync(HttpContext, Member, wanted!.Selection, SensitiveAct.Of("declare an incident", body), Stop)))
        {
            return await AgainAsync();
        }
        switch (await declare.RunAsync(wanted, responder, Stop))
        {
            case Declaration.Declared declared:
                return Done("declared", $"/-/operator/incidents/{declared.Id}");
            case Declaration.Refused refused:
                IsRefused(refused.Denial);
                return await AgainAsync();
            default:
                IsRefused("What this would do has changed since you looked at it, so nothing was done. Look at the new list below, and confirm again.");
                return await AgainAsync();
        }
    }

    private async Task<IActionResult> AgainAsync()
    {
        (Preview, _) = await preview.RunAsync(SelectionFields.Incident(this), Responder.Of(Member), Stop);
        return Page();
    }

    private JsonObject Wanted() => new()
    {
        ["selection"] = SelectionFields.Incident(this),
        ["reason"] = Typed("reason"),
        ["preview"] = Typed("preview"),
        ["freeze"] = IsTicked("freeze"),
    };
}
