using Assay.Server.Identity;
using Assay.Server.Packages;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>The organisations that somebody is in; all of them, and a new one, for administrators.</summary>
[For(Circle.Members)]
internal sealed class OrganisationsPage(ReadOrganisations read, Scopes scopes, SecondFactorGate gate) : RegistryPage
{
    public IReadOnlyList<OrganisationView> List { get; private set; } = [];

    public string Name { get; private set; } = "";

    public string Owner { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync()
    {
        Owner = Member.PersonName;
        return await ShowAsync();
    }

    public async Task<IActionResult> OnPostMakeAsync()
    {
        if (!Visitor.IsAdministrator)
        {
            return MessagePage.NotForYou();
        }
        (Name, Owner) = (Sent("org").Trim(), Sent("owner").Trim());
        var force = Sent("force") == "true";
        var ask = gate.Asking(HttpContext, Member, SensitiveAct.Of($"make the organisation {Name}", Owner, force ? "force" : "").On($"@{Name}"));
        return IsRefused(await scopes.MakeOrganisationAsync(Name, Owner, force, Member.Actor, ask, Stop)) ? await ShowAsync() : LocalRedirect($"~/-/orgs/{Name}?done=made");
    }

    private async Task<IActionResult> ShowAsync()
    {
        List = await read.ListAsync(Member, Stop);
        return Page();
    }
}
