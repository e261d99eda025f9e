using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Server.TrustedPublishing;
using Assay.Trust.Tokens;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>One staged version: who or what staged it, what it changes, who approved it; here it is approved or rejected.</summary>
[For(Circle.Members)]
internal sealed class StagePage(
    ReadStageDetails read, CompareStage compare, RecallRun runs, ReadStages stages, ApproveStages approve, RejectStage reject, SecondFactorGate factor) : RegistryPage
{
    private const int FilesOpened = 20;

    public StageDetails Details { get; private set; } = null!;

    public StageDifference? Difference { get; private set; }

    public string? NoDifference { get; private set; }

    /// <summary>The first files that differ, line by line.</summary>
    public IReadOnlyList<FileDifference> Files { get; private set; } = [];

    /// <summary>What the run that staged it said of itself; null for a person, and where nobody knows any more.</summary>
    public AssumedClaims? Run { get; private set; }

    public Task<IActionResult> OnGetAsync(string id, string? done)
    {
        Said = PublishingWords.Said(done);
        return ShownAsync(id);
    }

    public async Task<IActionResult> OnPostApproveAsync(string id)
    {
        var (stage, denial) = await stages.FindAsync(Member, id, Stop);
        if (stage is null)
        {
            return Message("No such stage", denial!.Status, denial.Text);
        }
        var (approval, refusal) = await approve.RunAsync(Member, [stage], stop => factor.RequireAsync(HttpContext, Member, ApproveStages.Asked(stage), stop), Stop);
        return IsRefused(refusal) ? await ShownAsync(id) : LocalRedirect($"~/-/stages/{stage.StageId}?done={(approval!.Missing == 0 ? "approved" : "kept")}");
    }

    public async Task<IActionResult> OnPostRejectAsync(string id)
    {
        var refusal = await reject.RunAsync(Member, id, (stage, stop) => factor.RefuseAsync(HttpContext, Member, RejectStage.Asked(stage), stop), Stop);
        return IsRefused(refusal) ? await ShownAsync(id) : LocalRedirect("~/-/stages?done=rejected");
    }

    private async Task<IActionResult> ShownAsync(string id)
    {
        var (details, denial) = await read.FindAsync(Member, id, Stop);
        if (details is null)
        {
            return Message("No such stage", denial!.Status, denial.Text);
        }
        Details = details;
        Run = details.Run is { } token ? await runs.ClaimsAsync(token, Stop) : null;
        if (details.Missing is not null)
        {
            (Difference, var unfit) = await compare.RunAsync(details.Stage, Stop);
            NoDifference = unfit?.Text;
            Files = Difference is { } difference ? await compare.FilesAsync(difference, FilesOpened, Stop) : [];
        }
        return Page();
    }
}
