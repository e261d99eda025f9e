using Assay.Server.Answers;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.People;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>One team: who is in it, and what it was given.</summary>
[For(Circle.Members)]
internal sealed class TeamPage(ReadOrganisations read, Teams teams, Grants grants, SecondFactorGate gate) : OrganisationPageBase(read)
{
    public string Team { get; private set; } = "";

    public IReadOnlyList<string> Members { get; private set; } = [];

    public IReadOnlyList<(string Target, PackageRole Role)> Granted { get; private set; } = [];

    public string Person { get; private set; } = "";

    public string Target { get; private set; } = "";

    public string Role { get; private set; } = "read";

    public Task<IActionResult> OnGetAsync(string org, string team, string? done)
    {
        Said = done is null ? null : "Done.";
        return ShowAsync(org, team);
    }

    public async Task<IActionResult> OnPostAddAsync(string org, string team)
    {
        Person = Sent("person").Trim();
        var ask = Asking(org, $"put {Person} into the team {org}:{team}", Person);
        return await DoneAsync(org, team, await teams.AddAsync(org, team, Person, Member, ask, Stop));
    }

    public async Task<IActionResult> OnPostRemoveAsync(string org, string team)
    {
        var person = Sent("person");
        var ask = Asking(org, $"take {person} out of the team {org}:{team}", person);
        return await DoneAsync(org, team, await teams.RemoveAsync(org, team, person, Member, ask, Stop));
    }

    public async Task<IActionResult> OnPostGiveAsync(string org, string team)
    {
        (Target, Role) = (Sent("target").Trim(), Sent("role"));
        if (PackageRoles.Parse(Role) is not { } role)
        {
            IsRefused("A role is read, write or admin.");
            return await ShowAsync(org, team);
        }
        var act = SensitiveAct.Of($"give the team {org}:{team} {role.Word()} access to {Target}", Target, role.Word()).On(Target);
        return await DoneAsync(org, team, await grants.GiveAsync(org, team, Target, role, Member, gate.Asking(HttpContext, Member, act), Stop));
    }

    public async Task<IActionResult> OnPostTakeAsync(string org, string team)
    {
        var target = Sent("target");
        var act = SensitiveAct.Of($"take {target} away from the team {org}:{team}", target).On(target);
        return await DoneAsync(org, team, await grants.TakeAsync(org, team, target, Member, gate.Asking(HttpContext, Member, act), Stop));
    }

    public async Task<IActionResult> OnPostDestroyAsync(string org, string team)
    {
        var refused = await teams.DestroyAsync(org, team, Member, Asking(org, $"destroy the team {org}:{team}", null), Stop);
        return IsRefused(refused) ? await ShowAsync(org, team) : LocalRedirect($"~/-/orgs/{org}/teams?done=destroyed");
    }

    private Func<CancellationToken, Task<JsonAnswer?>> Asking(string org, string words, string? part) =>
        gate.Asking(HttpContext, Member, SensitiveAct.Of(words, part) with { Organisation = org });

    private async Task<IActionResult> DoneAsync(string org, string team, JsonAnswer? refused) =>
        IsRefused(refused) ? await ShowAsync(org, team) : LocalRedirect($"~/-/orgs/{org}/teams/{team}?done=changed");

    private async Task<IActionResult> ShowAsync(string org, string team)
    {
        if (await FindAsync(org) is { } unknown)
        {
            return unknown;
        }
        var (members, denial) = await teams.MembersAsync(org, team, Member, Stop);
        if (denial is not null)
        {
            return Unknown($"The team {team} of {org}");
        }
        (Team, Members) = (team, members!);
        Granted = (await grants.ListAsync(org, team, Member, Stop)).Granted ?? [];
        return Page();
    }
}
