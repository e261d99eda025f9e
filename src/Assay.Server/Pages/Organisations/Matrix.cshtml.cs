using Assay.Server.Packages;
using Assay.Server.TrustedPublishing;
using Assay.Trust.Evaluation;
using Assay.Trust.People;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>Who publishes what in one organisation, with the gaps.</summary>
[For(Circle.Members)]
internal sealed class MatrixPage(ReadOrganisations read, ReadPolicyMatrix matrix) : OrganisationPageBase(read)
{
    private const int LastPage = 10_000;

    public PolicyMatrix Matrix { get; private set; } = null!;

    public int Number { get; private set; } = 1;

    public async Task<IActionResult> OnGetAsync(string org)
    {
        if (await FindAsync(org) is { } unknown)
        {
            return unknown;
        }
        Number = int.TryParse(Request.Query["page"], out var page) ? Math.Clamp(page, 1, LastPage) : 1;
        var (found, denial) = await matrix.RunAsync(org, Number, Member, Stop);
        if (found is null)
        {
            return Message("Who publishes what", denial!.Status, denial.Members?["error"]?.ToString() ?? "");
        }
        Matrix = found;
        return Page();
    }

    /// <summary>What is wrong with a policy, in a word or two.</summary>
    public static IEnumerable<(string Code, string Words, bool IsBad)> Marks(MatrixPolicy policy)
    {
        foreach (var code in policy.View.Findings.Select(finding => finding.Code))
        {
            switch (code)
            {
                case PolicyHygiene.NeverUsed:
                    yield return (code, "never used", false);
                    break;
                case PolicyHygiene.Unpinned:
                    yield return (code, "not pinned", false);
                    break;
                case PolicyHygiene.CreatorHasLeft:
                    yield return (code, "creator left", true);
                    break;
            }
        }
    }

    /// <summary>Who publishes besides CI.</summary>
    public static string WordsOf(PublishLock held) => held is PublishLock.SecondFactorOrOidc ? "people publish too" : "tokens publish too";

    public static string StateOf(MatrixPolicy policy) => policy.View.State switch
    {
        null => "unreadable",
        PolicyState.Inert => "inert, does not count",
        PolicyState.Idle => "idle, does not count",
        PolicyState.Waiting => "waits, does not count yet",
        _ => "does not count",
    };
}
