using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>All that waits for approval and that the visitor may see.</summary>
[For(Circle.Members)]
internal sealed class StagesPage(ReadStages read, ReleaseSets sets) : RegistryPage
{
    public IReadOnlyList<StageRow> Waiting { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(string? done)
    {
        Said = PublishingWords.Said(done);
        return await ShownAsync();
    }

    /// <summary>Puts the chosen ones into one release set, which is approved at once.</summary>
    public async Task<IActionResult> OnPostGroupAsync(List<string> stages)
    {
        var chosen = stages.Distinct(StringComparer.Ordinal).ToList();
        if (chosen.Count is 0 or > ReleaseSets.Most)
        {
            IsRefused($"Choose 1 to {ReleaseSets.Most} stages.");
            return await ShownAsync();
        }
        var (setId, denial) = await sets.MakeAsync(Member, chosen, Stop);
        return IsRefused(denial) ? await ShownAsync() : LocalRedirect($"~/-/stages/sets/{setId}");
    }

    private async Task<IActionResult> ShownAsync()
    {
        Waiting = await read.WaitingAsync(Member, package: null, Stop);
        return Page();
    }
}
