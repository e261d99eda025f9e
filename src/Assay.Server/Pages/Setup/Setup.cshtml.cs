using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>The steps of the first start; each is a page of its own, so that a reload goes on where it was.</summary>
internal enum SetupStep
{
    Administrator,
    Factor,
    Issuer,
    Policy,
    Workflow,
}

/// <summary>The first administrator, by the code that the server printed. They are signed in at once, and led on.</summary>
[CountsAs(RequestCost.SignIn)]
internal sealed class SetupPage(FirstAdministrator first, BeginSession begin) : RegistryPage
{
    public string Code { get; private set; } = "";

    public string Name { get; private set; } = "";

    public string Email { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync() => await first.IsWantedAsync(Stop) ? Page() : Done();

    public async Task<IActionResult> OnPostAsync()
    {
        (Code, Name, Email) = (Sent("code"), Sent("name"), Sent("email"));
        var (person, password) = (new NewPerson(Name, Email, Sent("password"), IsAdministrator: true), Sent("password"));
        if (IsRefused(await first.CreateAsync(Code, person, Address, Stop)))
        {
            return Page();
        }
        // Whoever chose the password a moment ago need not type it again.
        return await begin.RunAsync(HttpContext, new SignInProof(Name, password, null), Stop) is null
            ? LocalRedirect("~/-/setup/factor")
            : LocalRedirect("~/-/sign-in?back=/-/setup/factor");
    }

    private IActionResult Done() => Visitor.IsAdministrator
        ? LocalRedirect("~/-/setup/factor")
        : MessagePage.Of(new MessageText("Set up", ["This registry has been set up already."]) { Next = Visitor.Member is null ? ("Back to sign in", "-/sign-in") : ("Start", "") }, StatusCodes.Status200OK);
}
