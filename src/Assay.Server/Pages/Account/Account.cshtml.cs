using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>A person's own account: where they are signed in, and what is to be done.</summary>
[For(Circle.Members)]
internal sealed class AccountPage(
    ReadOwnAccount read, SignedInPlaces places, SessionCookie cookie, ChangeProfile profile, SecondFactorRule rule, MailIsOn mail) : RegistryPage
{
    public AccountFacts Facts { get; private set; } = null!;

    public IReadOnlyList<SignedInPlace> Places { get; private set; } = [];

    /// <summary>The key of this browser's session.</summary>
    public string Own => Visitor.Session!.Key;

    public string? Gone => UnverifyAddresses.Notice(Facts.Person);

    public bool CanConfirm => Facts.Person.EmailVerifiedAt is null && mail.Value;

    public string Demand => Facts.Factors.IsEnrolled
        ? "Your second factor is asked for with every sensitive command."
        : rule.IsRequired
            ? "You have no second factor yet, and this registry requires one: until then you publish and change nothing."
            : "You have no second factor yet. With one, a stolen password or token is not enough to publish.";

    public async Task<IActionResult> OnGetAsync(string? done)
    {
        Said = done switch
        {
            "ended" => "Signed out there.",
            "others" => "Signed out everywhere else.",
            "mailed" => "A link was mailed to your address. Open it to confirm that you read mail there.",
            "password" => "Your new password counts now, and every other sign-in has ended.",
            _ => null,
        };
        return await ShowAsync();
    }

    public async Task<IActionResult> OnPostSignOutAsync()
    {
        await places.EndAsync(Member.PersonId, Member.PersonName, Own, Member.Actor, Stop);
        cookie.Forget(HttpContext);
        return LocalRedirect("~/");
    }

    public async Task<IActionResult> OnPostEndAsync()
    {
        var isKnown = await places.EndAsync(Member.PersonId, Member.PersonName, Sent("key"), Member.Actor, Stop);
        return IsRefused(isKnown ? null : "You are not signed in there any more.") ? await ShowAsync() : LocalRedirect("~/-/account?done=ended");
    }

    public async Task<IActionResult> OnPostEndOthersAsync()
    {
        await places.EndOthersAsync(Member.PersonId, Member.PersonName, butToken: null, Own, Member.Actor, Stop);
        return LocalRedirect("~/-/account?done=others");
    }

    public async Task<IActionResult> OnPostVerifyAsync() =>
        IsRefused(await profile.VerifyAsync(OwnAccount.Of(Member), Stop) ? null : "There is nothing to confirm, or no mail is sent here.")
            ? await ShowAsync()
            : LocalRedirect("~/-/account?done=mailed");

    private async Task<IActionResult> ShowAsync()
    {
        Facts = await read.RunAsync(Member.PersonId, Stop);
        Places = await places.ListAsync(Member.PersonId, Stop);
        return Page();
    }
}
