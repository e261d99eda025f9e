using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>To the OpenID provider. Links lead here: a form's answer may not send a browser to another host under this registry's content policy.</summary>
internal sealed class SingleSignOnLeavePage(SingleSignOnDeparture departure, WebLogins logins, Invitations invitations) : RegistryPage
{
    public async Task<IActionResult> OnGetAsync(string purpose, string? id) => (purpose, id) switch
    {
        ("account", null) => await LeaveAsync(Continuation.Account(LocalAddress.Of(Request.Query["back"]) ?? "/-/account")),
        ("login", { } login) => await logins.FindAsync(login, Stop) is null ? LoginPage.Over() : await LeaveAsync(Continuation.Login(login)),
        ("invitation", { } link) => await invitations.FindAsync(link, Stop) is null ? InvitationPage.Over() : await LeaveAsync(Continuation.Invitation(link)),
        _ => Message("Sign in", StatusCodes.Status404NotFound, "There is nothing at this address."),
    };

    private async Task<IActionResult> LeaveAsync(string continuation)
    {
        var (begun, refused) = await departure.BeginAsync(HttpContext, continuation, Stop);
        return begun is null ? refused! : Redirect(begun.Url);
    }
}
