using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>Stages that are approved together: all are published, or none.</summary>
[For(Circle.Members)]
internal sealed class ReleaseSetPage(ReadStages read, ApproveStages approve, SecondFactorGate factor) : RegistryPage
{
    public string Id { get; private set; } = "";

    public IReadOnlyList<StageRow> Stages { get; private set; } = [];

    public Task<IActionResult> OnGetAsync(string id, string? done)
    {
        Said = PublishingWords.Said(done);
        return ShownAsync(id);
    }

    public async Task<IActionResult> OnPostApproveAsync(string id)
    {
        var (stages, denial) = await read.SetAsync(Member, id, Stop);
        if (denial is not null)
        {
            return Message("No such release set", denial.Status, denial.Text);
        }
        var (approval, refusal) = await approve.RunAsync(Member, stages, stop => factor.RequireAsync(HttpContext, Member, ApproveStages.AskedOfSet(id, stages), stop), Stop);
        if (IsRefused(refusal))
        {
            return await ShownAsync(id);
        }
        return LocalRedirect(approval!.Missing == 0 ? "~/-/stages?done=approved" : $"~/-/stages/sets/{id}?done=kept");
    }

    private async Task<IActionResult> ShownAsync(string id)
    {
        (Stages, var denial) = await read.SetAsync(Member, id, Stop);
        Id = id;
        return denial is null ? Page() : Message("No such release set", denial.Status, denial.Text);
    }
}
