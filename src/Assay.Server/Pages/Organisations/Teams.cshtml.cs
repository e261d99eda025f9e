using Assay.Server.Identity;
using Assay.Server.Packages;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>The teams of one organisation.</summary>
[For(Circle.Members)]
internal sealed class TeamsPage(ReadOrganisations read, Teams teams, SecondFactorGate gate) : OrganisationPageBase(read)
{
    public IReadOnlyList<ListedTeam> Listed { get; private set; } = [];

    public string Name { get; private set; } = "";

    public string Description { get; private set; } = "";

    public Task<IActionResult> OnGetAsync(string org, string? done)
    {
        Said = done == "destroyed" ? "The team was destroyed, and what it was given went with it." : null;
        return ShowAsync(org);
    }

    public async Task<IActionResult> OnPostMakeAsync(string org)
    {
        (Name, Description) = (Sent("team").Trim(), Sent("description").Trim());
        if (IsRefused(Teams.ProblemWith(Name, Description)))
        {
            return await ShowAsync(org);
        }
        var ask = gate.Asking(HttpContext, Member, SensitiveAct.Of($"make the team {org}:{Name}", Name) with { Organisation = org });
        return IsRefused(await teams.CreateAsync(org, Name, Description, Member, ask, Stop)) ? await ShowAsync(org) : LocalRedirect($"~/-/orgs/{org}/teams/{Name}");
    }

    private async Task<IActionResult> ShowAsync(string org)
    {
        if (await FindAsync(org) is { } unknown)
        {
            return unknown;
        }
        Listed = (await teams.ListAsync(org, Member, Stop)).Listed ?? [];
        return Page();
    }
}
