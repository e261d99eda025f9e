using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>The page on which a person gives the second factor that a command line asked for.</summary>
internal sealed class ChallengePage(WebChallenges challenges, Confirmations confirmations) : RegistryPage
{
    public PendingChallenge Asked { get; private set; } = null!;

    public string Code { get; private set; } = "";

    public FactorQuestion Factor { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string id) => await challenges.FindAsync(id, Stop) is { } pending ? await ShowAsync(pending) : Over();

    public async Task<IActionResult> OnPostAsync(string id)
    {
        if (await challenges.FindAsync(id, Stop) is not { } pending)
        {
            return Over();
        }
        Code = Sent("code");
        var problem = GivenFactor is { } factor
            ? (await challenges.ConfirmAsync(id, Code, pending, factor, Address, Stop)).Problem
            : pending.WhyPasskey is null ? "Give a code from your app or a recovery code, or use a passkey." : "Use your passkey: this browser has to know it.";
        return IsRefused(problem)
            ? await ShowAsync(pending)
            : Message("Confirmed", StatusCodes.Status200OK, "Confirmed. You can close this page and go back to your terminal.");
    }

    private async Task<IActionResult> ShowAsync(PendingChallenge pending)
    {
        Asked = pending;
        Factor = new FactorQuestion("Confirm", "Confirm with a passkey", await confirmations.BeginAsync(HttpContext, Visitor.Member, pending.PersonId))
        {
            Hint = "Or a recovery code.",
            IsPasskeyAlone = pending.WhyPasskey is not null,
        };
        return Page();
    }

    private static IActionResult Over() => Message("Confirm", StatusCodes.Status404NotFound, "This request is over. Run the command again.");
}
