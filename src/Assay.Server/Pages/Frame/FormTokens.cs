using Assay.Server.Identity;
using Microsoft.AspNetCore.Antiforgery;

namespace Assay.Server.Pages;

/// <summary>
/// Puts the token of <see cref="FormCookie"/> into every form of a Razor Page. The framework's own tokens need keys that all nodes share and keep; this one is made of what the
/// browser has.
/// </summary>
internal sealed class FormTokens(FormCookie cookie) : IAntiforgery
{
    public const string Field = "form";

    public AntiforgeryTokenSet GetAndStoreTokens(HttpContext httpContext) => GetTokens(httpContext);

    public AntiforgeryTokenSet GetTokens(HttpContext httpContext) => new(cookie.TokenFor(httpContext, SessionOf(httpContext)), cookieToken: null, Field, headerName: null);

    public async Task<bool> IsRequestValidAsync(HttpContext httpContext)
    {
        try
        {
            var form = await httpContext.Request.ReadFormAsync(httpContext.RequestAborted);
            return cookie.IsGood(httpContext, SessionOf(httpContext), form[Field].ToString());
        }
        catch (Exception unread) when (unread is InvalidDataException or (IOException and not BadHttpRequestException))
        {
            // More fields, or longer ones, than any form here has; or none that ends.
            return false;
        }
    }

    public async Task ValidateRequestAsync(HttpContext httpContext)
    {
        if (!await IsRequestValidAsync(httpContext))
        {
            throw new AntiforgeryValidationException("The form's token is missing or of another session.");
        }
    }

    public void SetCookieTokenAndHeader(HttpContext httpContext) => cookie.TokenFor(httpContext, SessionOf(httpContext));

    private static WebSession? SessionOf(HttpContext context) => context.Features.Get<Visitor>()?.Session;
}
