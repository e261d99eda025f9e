using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.People;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>The people and the scopes of one organisation.</summary>
[For(Circle.Members)]
internal sealed class OrganisationPage(ReadOrganisations read, OrganisationMembers members, Scopes scopes, SecondFactorGate gate) : OrganisationPageBase(read)
{
    public IReadOnlyList<(string Person, string Role)> People { get; private set; } = [];

    public string Person { get; private set; } = "";

    public string Role { get; private set; } = "developer";

    public string Scope { get; private set; } = "";

    public Task<IActionResult> OnGetAsync(string org, string? done)
    {
        Said = done switch
        {
            "made" => "The organisation was made.",
            "set" => "Their role was set.",
            "removed" => "Removed.",
            "scope" => "The scope belongs to it from now on.",
            _ => null,
        };
        return ShowAsync(org);
    }

    public async Task<IActionResult> OnPostSetAsync(string org)
    {
        (Person, Role) = (Sent("person").Trim(), Sent("role"));
        if (IsRefused(OrganisationRoles.Parse(Role) is null ? "A role is developer, admin or owner." : null))
        {
            return await ShowAsync(org);
        }
        var act = SensitiveAct.Of($"make {Person} {Role} of the organisation {org}", Person, Role) with { Organisation = org };
        var (_, denial) = await members.SetAsync(org, Person, OrganisationRoles.Parse(Role)!.Value, Member, gate.Asking(HttpContext, Member, act), Stop);
        return IsRefused(denial) ? await ShowAsync(org) : LocalRedirect($"~/-/orgs/{org}?done=set");
    }

    public async Task<IActionResult> OnPostRemoveAsync(string org)
    {
        var person = Sent("person");
        var act = SensitiveAct.Of($"remove {person} from the organisation {org}", person) with { Organisation = org };
        return IsRefused(await members.RemoveAsync(org, person, Member, gate.Asking(HttpContext, Member, act), Stop))
            ? await ShowAsync(org)
            : LocalRedirect(person == Member.PersonName && !Visitor.IsAdministrator ? "~/-/orgs" : $"~/-/orgs/{org}?done=removed");
    }

    public async Task<IActionResult> OnPostAddScopeAsync(string org)
    {
        if (!Visitor.IsAdministrator)
        {
            return MessagePage.NotForYou();
        }
        Scope = Sent("scope").Trim();
        var force = Sent("force") == "true";
        var ask = gate.Asking(HttpContext, Member, SensitiveAct.Of($"give {Scope} to the organisation {org}", force ? "force" : "").On(Scope));
        return IsRefused(await scopes.AddAsync(org, Scope, force, Member.Actor, ask, Stop)) ? await ShowAsync(org) : LocalRedirect($"~/-/orgs/{org}?done=scope");
    }

    private async Task<IActionResult> ShowAsync(string org)
    {
        if (await FindAsync(org) is { } unknown)
        {
            return unknown;
        }
        People = (await members.ListAsync(org, Member, Stop)).Members ?? [];
        return Page();
    }
}
