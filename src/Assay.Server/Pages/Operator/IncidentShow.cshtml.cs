using Assay.Server.Identity;
using Assay.Server.TrustedPublishing;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>One incident, what it holds, and how a second person undoes it.</summary>
[For(Circle.Administrators)]
internal sealed class IncidentShowPage(IncidentListing incidents, UndoIncident undo, ResponderGate gate) : OperatorPage
{
    public FoundIncident Found { get; private set; } = null!;

    public bool IsOwn => Found.Row.CreatedBy == Member.PersonId;

    protected override IReadOnlyDictionary<string, string> Sentences { get; } = new Dictionary<string, string>
    {
        ["declared"] = "The incident is declared: its versions are hidden from everybody, its tokens are dead.",
        ["undone"] = "The incident is undone: its versions can be read again. Its tokens stay revoked, and freezes hold until they are lifted.",
    };

    public async Task<IActionResult> OnGetAsync(string id)
    {
        SayDone();
        return await LoadAsync(id) ?? Page();
    }

    public async Task<IActionResult> OnPostUndoAsync(string id) =>
        await LoadAsync(id) ?? (IsRefused(await gate.RefuseToUndoAsync(HttpContext, Member, id, SensitiveAct.Of($"undo the incident {id}"), Stop))
            || IsRefused(await undo.RunAsync(id, Responder.Of(Member), Stop))
                ? Page()
                : Done("undone"));

    private async Task<IActionResult?> LoadAsync(string id)
    {
        if (await incidents.FindAsync(id, Responder.Of(Member), Stop) is not { } found)
        {
            return Message("Not found", StatusCodes.Status404NotFound, $"There is no incident {id}.");
        }
        Found = found;
        return null;
    }
}
