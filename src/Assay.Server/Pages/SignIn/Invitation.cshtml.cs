using Assay.Server.Answers;
using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>The page behind an invitation's link. Looking at it changes nothing: mail scanners follow links.</summary>
internal sealed class InvitationPage(Invitations invitations, AcceptInvitation accept, PublicUrl url) : RegistryPage
{
    public PendingInvitation Invitation { get; private set; } = null!;

    /// <summary>Whose account is made now.</summary>
    public string? Made { get; private set; }

    public string ProviderPath { get; private set; } = "";

    public Uri Registry => url.Base;

    public async Task<IActionResult> OnGetAsync(string link) => await FindAsync(link) ? Page() : Over();

    public async Task<IActionResult> OnPostAsync(string link)
    {
        if (!await FindAsync(link))
        {
            return Over();
        }
        var password = Sent("password");
        if (!IsRefused(NewPassword.Mismatch(password, Sent("again")) ?? await accept.RunAsync(link, password, Invitation, Address, Stop)))
        {
            Made = Invitation.Person.Name;
        }
        return Page();
    }

    public static IActionResult Over() => Message(
        "Invitation", StatusCodes.Status404NotFound, "This invitation was used, was revoked, or is too old. Ask whoever invited you for another.");

    private async Task<bool> FindAsync(string link)
    {
        if (await invitations.FindAsync(link, Stop) is not { } row)
        {
            return false;
        }
        (Invitation, ProviderPath) = (PendingInvitation.Of(row), $"invitation/{link}");
        return true;
    }
}
