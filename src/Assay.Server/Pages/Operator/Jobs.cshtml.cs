using Assay.Server.Identity;
using Assay.Server.Jobs;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>Jobs that wait, and those that failed for good.</summary>
[For(Circle.Administrators)]
internal sealed class JobsPage(ReadJobs jobs, ChangeJob change, SecondFactorGate gate) : OperatorPage
{
    public OpenJobs Open { get; private set; } = null!;

    protected override IReadOnlyDictionary<string, string> Sentences { get; } = new Dictionary<string, string>
    {
        ["retried"] = "The job is tried again.",
        ["dropped"] = "The job is forgotten. It will not be done.",
    };

    public async Task OnGetAsync()
    {
        SayDone();
        Open = await jobs.RunAsync(Stop);
    }

    public Task<IActionResult> OnPostRetryAsync(long? id) => ChangeAsync(id, $"try job {id} again", "retried", found => change.RetryAsync(found, Member.Actor, Stop));

    public Task<IActionResult> OnPostDropAsync(long? id) => ChangeAsync(id, $"forget job {id}", "dropped", found => change.DropAsync(found, Member.Actor, Stop));

    private async Task<IActionResult> ChangeAsync(long? id, string words, string word, Func<long, Task<string?>> run)
    {
        Open = await jobs.RunAsync(Stop);
        if (IsRefused(Open.Rows.Any(row => row.Id == id && row.DeadAt is not null) ? null : "Choose one of the jobs that failed for good.")
            || IsRefused(await Ask(gate, words)()))
        {
            return Page();
        }
        return IsRefused(await run(id!.Value) is null ? $"Job {id} is no longer among those that failed for good." : null) ? Page() : Done(word);
    }
}
