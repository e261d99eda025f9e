using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Assay.Server.Pages;

/// <summary>Begins a browser's way to the OpenID provider.</summary>
internal sealed class SingleSignOnDeparture(ProviderSignIns signIns, ProviderCookie cookie, IOptions<IdentityOptions> options)
{
    private const string Title = "Sign in";

    /// <summary>Where the browser goes, or what is shown in place of it.</summary>
    public async Task<(BegunProviderSignIn? Begun, IActionResult? Refused)> BeginAsync(HttpContext context, string continuation, CancellationToken cancellationToken)
    {
        if (!options.Value.SingleSignOn.IsOn)
        {
            return (null, Off());
        }
        try
        {
            var begun = await signIns.BeginAsync(continuation, cancellationToken);
            cookie.Write(context, begun.Cookie);
            return (begun, null);
        }
        catch (ProviderUnavailable unavailable)
        {
            return (null, Failed(unavailable.Message));
        }
    }

    public static IActionResult Off() => MessagePage.Of(Title, StatusCodes.Status404NotFound, "This registry has no single sign-on.");

    public static IActionResult Failed(string problem) => MessagePage.Of(Title, StatusCodes.Status400BadRequest, problem);
}
