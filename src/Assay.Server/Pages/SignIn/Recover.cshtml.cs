using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>The page behind the link for who has forgotten their password.</summary>
internal sealed class RecoverPage(RecoverPassword recover, Confirmations confirmations) : RegistryPage
{
    public string PersonName { get; private set; } = "";

    public FactorQuestion Factor { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string link) => await recover.FindAsync(link, Stop) is { } pending ? await ShowAsync(pending) : Over();

    public async Task<IActionResult> OnPostAsync(string link)
    {
        if (await recover.FindAsync(link, Stop) is not { } pending)
        {
            return Over();
        }
        var password = Sent("password");
        return IsRefused(NewPassword.Mismatch(password, Sent("again")) ?? await recover.RunAsync(link, pending, password, GivenFactor, Address, Stop))
            ? await ShowAsync(pending)
            : Message(
                "Password", StatusCodes.Status200OK, "Your new password counts now, and every sign-in of before has ended: npm login. "
                + "Tokens that you made for something else stay; npm token list shows them.");
    }

    private async Task<IActionResult> ShowAsync(PendingRecovery pending)
    {
        PersonName = pending.PersonName;
        Factor = new FactorQuestion("Change my password", "Change it, with a passkey", await confirmations.BeginAsync(HttpContext, Visitor.Member, pending.PersonId));
        return Page();
    }

    private static IActionResult Over() => Message(
        "Another password", StatusCodes.Status404NotFound, "This link was used, was replaced by a newer one, or is too old. Ask for another.");
}
