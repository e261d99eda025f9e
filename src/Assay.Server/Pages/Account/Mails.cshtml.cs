using Assay.Server.Audit;
using Assay.Server.Identity;
using Assay.Server.Notifications;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>Which mails a person gets.</summary>
[For(Circle.Members)]
internal sealed class MailsPage(MailPreferences preferences, MailIsOn mail) : RegistryPage
{
    public IReadOnlyList<IGrouping<string, MailChoice>> Groups { get; private set; } = [];

    public bool IsMailSent => mail.Value;

    public async Task<IActionResult> OnGetAsync(string? done)
    {
        Said = done == "kept" ? "Your choice counts from now on." : null;
        Groups = [.. (await preferences.ListAsync(Member, Stop)).GroupBy(choice => TitleOf(choice.Event.Mail))];
        return Page();
    }

    public async Task<IActionResult> OnPostChooseAsync()
    {
        await preferences.SetAsync(Member, Request.Form["wanted"].OfType<string>().ToHashSet(StringComparer.Ordinal), Stop);
        return LocalRedirect("~/-/account/mails?done=kept");
    }

    private static string TitleOf(EventMail mail) => mail.HasFlag(EventMail.Person)
        ? "About your account and what you did"
        : mail.HasFlag(EventMail.Owners) ? "About packages that you administer" : "For administrators";
}
