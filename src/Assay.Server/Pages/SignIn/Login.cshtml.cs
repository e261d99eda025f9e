using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>The page that <c>npm login</c> opens. It signs a terminal in, not this browser.</summary>
[CountsAs(RequestCost.SignIn)]
internal sealed class LoginPage(WebLogins logins, Confirmations confirmations) : RegistryPage
{
    /// <summary>Who asks, so that people can tell their own request from somebody else's.</summary>
    public PendingWebLogin Asked { get; private set; } = null!;

    public string Code { get; private set; } = "";

    public string Name { get; private set; } = "";

    public FactorQuestion Factor { get; private set; } = null!;

    public string ProviderPath { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(string id) => await logins.FindAsync(id, Stop) is { } login ? await ShowAsync(id, login) : Over();

    public async Task<IActionResult> OnPostAsync(string id)
    {
        if (await logins.FindAsync(id, Stop) is not { } login)
        {
            return Over();
        }
        (Code, Name) = (Sent("code"), Sent("name").Trim());
        return IsRefused(await logins.ConfirmAsync(id, Code, new SignInProof(Name, Sent("password"), GivenFactor), Address, Stop))
            ? await ShowAsync(id, login)
            : Message("Signed in", StatusCodes.Status200OK, "Signed in. You can close this page and go back to your terminal.");
    }

    public static IActionResult Over() => Message("Sign in", StatusCodes.Status404NotFound, "This sign-in is over. Start again with `npm login`.");

    private async Task<IActionResult> ShowAsync(string id, PendingWebLogin login)
    {
        (Asked, ProviderPath) = (login, $"login/{id}");
        Factor = new FactorQuestion("Sign in", "Sign in with a passkey", await confirmations.BeginAsync(HttpContext, Visitor.Member, personId: null));
        return Page();
    }
}
