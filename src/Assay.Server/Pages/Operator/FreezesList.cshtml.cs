using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Server.TrustedPublishing;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>What is frozen; freezing and lifting.</summary>
[For(Circle.Administrators)]
internal sealed class FreezesListPage(FreezeListing freezes, IncidentChoices choices, AddFreeze add, LiftFreeze lift, ResponderGate gate) : OperatorPage
{
    public IReadOnlyList<Freeze> Freezes { get; private set; } = [];

    public bool IsAll { get; private set; }

    public OfferedChoices Choices { get; private set; } = null!;

    public long? Next => Freezes.Count < FreezeListing.PageSize ? null : Freezes[^1].Id;

    protected override IReadOnlyDictionary<string, string> Sentences { get; } = new Dictionary<string, string>
    {
        ["frozen"] = "It is frozen: nothing is written until the freeze is lifted, and the tokens that it concerns are revoked.",
        ["lifted"] = "The freeze is lifted.",
    };

    public async Task OnGetAsync(string? all, long? before)
    {
        SayDone();
        await LoadAsync(all == "true", before);
    }

    public async Task<IActionResult> OnPostAddAsync()
    {
        await LoadAsync(isAll: false, before: null);
        var body = SelectionFields.Freeze(this);
        var (subject, reason, unread) = FreezeEndpoints.Read(body);
        if (IsRefused(unread)
            || IsRefused(await gate.RefuseToFreezeAsync(HttpContext, Member, subject!, SensitiveAct.Of($"freeze publishing of {subject!.Subject}", body), Stop))
            || IsRefused((await add.RunAsync(subject, reason, Responder.Of(Member), Stop)).Denial))
        {
            return Page();
        }
        return Done("frozen");
    }

    public async Task<IActionResult> OnPostLiftAsync(long? id)
    {
        await LoadAsync(isAll: false, before: null);
        if (IsRefused(id is null ? "Choose one of the freezes that hold." : null)
            || IsRefused(await gate.RefuseToLiftAsync(HttpContext, Member, id!.Value, SensitiveAct.Of($"lift freeze {id}"), Stop))
            || IsRefused((await lift.RunAsync(id.Value, Responder.Of(Member), Stop)).Denial))
        {
            return Page();
        }
        return Done("lifted");
    }

    private async Task LoadAsync(bool isAll, long? before)
    {
        IsAll = isAll;
        Freezes = await freezes.ListAsync(Responder.Of(Member), isAll, before, Stop);
        Choices = await choices.ReadAsync(Responder.Of(Member), Stop);
    }
}
