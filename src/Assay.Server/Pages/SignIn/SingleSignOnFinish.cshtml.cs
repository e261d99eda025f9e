using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace Assay.Server.Pages;

/// <summary>What a browser that is back from the OpenID provider is asked.</summary>
internal enum SingleSignOnStep
{
    SignIn,
    Link,
    Invitation,
    Create,

    /// <summary>Nothing: nobody here has this identity, and people do not make accounts for themselves.</summary>
    Unknown,
}

/// <summary>What a browser is shown when it is back from the OpenID provider; the form goes on to what was begun.</summary>
internal sealed class SingleSignOnFinishPage(
    ProviderSignIns signIns, ProviderCookie cookie, SingleSignOnArrival arrival, WebLogins logins, Confirmations confirmations, IOptions<IdentityOptions> options) : RegistryPage
{
    public SingleSignOnStep Step { get; private set; }

    public string Title { get; private set; } = "Sign in";

    public string Provider => options.Value.SingleSignOn.DisplayName;

    /// <summary>The identity, as the provider names it.</summary>
    public string Label { get; private set; } = "";

    public string? PersonName { get; private set; }

    public string SuggestedName { get; private set; } = "";

    /// <summary>The terminal that asks to be signed in; null for this browser.</summary>
    public PendingWebLogin? Asked { get; private set; }

    public FactorQuestion? Factor { get; private set; }

    public async Task<IActionResult> OnGetAsync() => await signIns.FindAsync(cookie.Read(HttpContext), Stop) is { } row ? await ShowAsync(row) : Over();

    public async Task<IActionResult> OnPostAsync()
    {
        if (await signIns.FindAsync(cookie.Read(HttpContext), Stop) is not { } row)
        {
            return Over();
        }
        if (Continuation.LinkOf(row.Continuation) is { } owner && Visitor.Member?.PersonId != owner)
        {
            return MessagePage.Foreign();
        }
        var (problem, next) = await arrival.RunAsync(HttpContext, row, Visitor, new ArrivalForm(Sent("name"), Sent("code"), GivenFactor), Stop);
        return IsRefused(problem) ? await ShowAsync(row) : next!;
    }

    private async Task<IActionResult> ShowAsync(ProviderSignInRow row)
    {
        Label = row.Label ?? "";
        if (Continuation.LinkOf(row.Continuation) is { } owner)
        {
            if (Visitor.Member is not { } member || member.PersonId != owner)
            {
                return MessagePage.Foreign();
            }
            (Step, Title, PersonName) = (SingleSignOnStep.Link, "Link an identity", member.PersonName);
            return Page();
        }
        if (Continuation.InvitationOf(row.Continuation) is not null)
        {
            (Step, Title) = (SingleSignOnStep.Invitation, "Invitation");
            return Page();
        }
        return await arrival.PersonOfAsync(row, Stop) is { } person ? await ShowSignInAsync(row, person) : ShowUnknown(row);
    }

    private async Task<IActionResult> ShowSignInAsync(ProviderSignInRow row, (long Id, string Name) person)
    {
        if (Continuation.LoginOf(row.Continuation) is { } page)
        {
            Asked = await logins.FindAsync(page, Stop);
            if (Asked is null)
            {
                return LoginPage.Over();
            }
        }
        (Step, PersonName) = (SingleSignOnStep.SignIn, person.Name);
        Factor = new FactorQuestion("Sign in", "Sign in with a passkey", await confirmations.BeginAsync(HttpContext, Visitor.Member, person.Id));
        return Page();
    }

    private PageResult ShowUnknown(ProviderSignInRow row)
    {
        if (!options.Value.SingleSignOn.CreatePeople)
        {
            Step = SingleSignOnStep.Unknown;
            Response.StatusCode = StatusCodes.Status403Forbidden;
            return Page();
        }
        (Step, Title, SuggestedName) = (SingleSignOnStep.Create, "Welcome", Suggested(row.SuggestedName));
        return Page();
    }

    private static string Suggested(string? name)
    {
        var plain = new string([.. (name ?? "").Split('@')[0].ToLowerInvariant().Where(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.')]);
        return People.IsName(plain) ? plain : "";
    }

    private static IActionResult Over() => Message(
        "Sign in", StatusCodes.Status404NotFound, "This sign-in took too long, or was begun in another browser. Begin again.");
}
