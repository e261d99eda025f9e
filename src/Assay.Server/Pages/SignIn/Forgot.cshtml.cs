using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>Mails a link to who has forgotten their password.</summary>
internal sealed class ForgotPage(RecoverPassword recover, RecoveryThrottle throttle) : RegistryPage
{
    public string Who { get; private set; } = "";

    public IActionResult OnGet() => recover.IsOffered ? Page() : NotOffered();

    public IActionResult OnPost()
    {
        if (!recover.IsOffered)
        {
            return NotOffered();
        }
        Who = Sent("who").Trim();
        if (throttle.Take(Address) is var wait && wait > TimeSpan.Zero)
        {
            IsRefused($"Too many of these. Try again in {Math.Ceiling(wait.TotalSeconds)} seconds.");
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return Page();
        }
        // Not waited for: how long it takes would tell whether there is such a person.
        _ = recover.AskAsync(Who, CancellationToken.None);
        return Told(StatusCodes.Status200OK, "If there is such an account, a link is on its way to its e-mail address. It works once, for a short time. If nothing comes, ask an administrator of the registry.");
    }

    private static IActionResult NotOffered() => Told(StatusCodes.Status404NotFound, "This registry sends no mail. Ask an administrator of the registry: they give you a link.");

    private static IActionResult Told(int status, string sentence) => MessagePage.Of(new MessageText("Forgot your password?", [sentence]) { Next = ("Back to sign in", "-/sign-in") }, status);
}
