using Assay.Server.Audit;
using Assay.Server.Identity;
using Assay.Server.Notifications;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>Which mails a person gets.</summary>
[For(Circle.Members)]
internal sealed class MailsPage(MailPreferences preferences, MailIsOn mail) : RegistryPage
{
    // By the beginning of their names; the first that fits.
    private static readonly (string Kind, string[] Beginnings)[] Kinds =
    [
        ("Trust and policies", ["policy.", "issuer.", "project.", "provenance.", "exchanged-token.", "ci-identity."]),
        ("Locks, freezes and incidents", ["lock.", "demand.", "freeze.", "incident."]),
        ("Staging", ["stage.", "staging."]),
        ("Versions, advisories and reports", ["version.", "tag.", "package.", "advisory.", "advisories.", "report."]),
        ("Owners, organisations and access", ["owner.", "access.", "org.", "team.", "scope.", "name."]),
        ("Sign-in and second factors", ["person.", "password.", "email.", "factor.", "factors.", "passkey.", "recovery-code", "identity.", "invitation.", "session", "login.", "challenge.", "profile."]),
        ("Tokens and webhooks", ["token.", "webhook."]),
    ];

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

    /// <summary>The choices of one group, by what they are about.</summary>
    public static IEnumerable<IGrouping<string, MailChoice>> KindsOf(IEnumerable<MailChoice> choices) =>
        choices.GroupBy(choice => KindOf(choice.Event.Name)).OrderBy(kind => Array.FindIndex(Kinds, known => known.Kind == kind.Key) is var place && place < 0 ? Kinds.Length : place);

    private static string KindOf(string name) =>
        Kinds.FirstOrDefault(kind => kind.Beginnings.Any(beginning => name.StartsWith(beginning, StringComparison.Ordinal))).Kind ?? "The registry";

    private static string TitleOf(EventMail mail) => mail.HasFlag(EventMail.Person)
        ? "About your account and what you did"
        : mail.HasFlag(EventMail.Owners) ? "About packages that you administer" : "For administrators";
}
