using Assay.Server.Answers;
using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>Signs a browser in, and leads on to the page that asked for it.</summary>
[CountsAs(RequestCost.SignIn)]
internal sealed class SignInPage(BeginSession begin, Confirmations confirmations, PublicUrl url) : RegistryPage
{
    private const string Account = "/-/account";

    /// <summary>What was typed.</summary>
    public string Name { get; private set; } = "";

    public FactorQuestion Factor { get; private set; } = null!;

    public string ProviderPath => Back == Account ? "account" : $"account?back={Uri.EscapeDataString(Back)}";

    private string Back => LocalAddress.Of(Request.Query["back"]) ?? Account;

    public async Task<IActionResult> OnGetAsync() => Visitor.Member is null ? await ShowAsync() : GoOn();

    public async Task<IActionResult> OnPostAsync()
    {
        Name = Sent("name").Trim();
        return IsRefused(await begin.RunAsync(HttpContext, new SignInProof(Name, Sent("password"), GivenFactor), Stop)) ? await ShowAsync() : GoOn();
    }

    private RedirectResult GoOn() => Redirect(url.PathBase + Back);

    private async Task<IActionResult> ShowAsync()
    {
        Factor = new FactorQuestion("Sign in", "Sign in with a passkey", await confirmations.BeginAsync(HttpContext, Visitor.Member, personId: null));
        return Page();
    }
}
