using Assay.Server.Answers;
using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Assay.Server.Pages;

/// <summary>Where the OpenID provider sends a browser back to.</summary>
internal sealed class SingleSignOnReturnPage(ProviderSignIns signIns, ProviderCookie cookie, PublicUrl url, IOptions<IdentityOptions> options) : RegistryPage
{
    public async Task<IActionResult> OnGetAsync(string? code, string? state, string? iss, string? error)
    {
        if (!options.Value.SingleSignOn.IsOn)
        {
            return SingleSignOnDeparture.Off();
        }
        try
        {
            return await signIns.AnswerAsync(new ProviderAnswer(code, state, iss, error), cookie.Read(HttpContext), Stop) is { } problem
                ? SingleSignOnDeparture.Failed(problem)
                : Redirect($"{url.PathBase}/-/sso/finish");
        }
        catch (ProviderUnavailable unavailable)
        {
            return SingleSignOnDeparture.Failed(unavailable.Message);
        }
    }
}
