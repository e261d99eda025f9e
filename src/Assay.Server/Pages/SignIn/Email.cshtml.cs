using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>The page behind the link that confirms an address. Looking at it changes nothing: mail scanners follow links.</summary>
internal sealed class EmailPage(ChangeProfile profile) : RegistryPage
{
    private const string Title = "E-mail address";

    public string PersonName { get; private set; } = "";

    public string Email { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(string link)
    {
        if (await profile.FindAsync(link, Stop) is not { } pending)
        {
            return Over();
        }
        (PersonName, Email) = pending;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string link) => await profile.ConfirmAsync(link, Address, Stop)
        ? Message(Title, StatusCodes.Status200OK, "Confirmed. Mails about the account come here.")
        : Over();

    private static IActionResult Over() => Message(
        Title, StatusCodes.Status404NotFound, "This link was used, was replaced by a newer one, or is too old. Ask for another: npm profile set email.");
}
