using Assay.Server.Answers;
using Assay.Server.Identity;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Assay.Server.Pages;

/// <summary>
/// Stands before every Razor Page: who is looking, may they see it, and does what was sent come from a form of ours. Nothing behind it has run when it refuses.
/// </summary>
internal sealed class GuardPages(Visitors visitors, IAntiforgery tokens, Passkeys passkeys, RequestLimits limits, PublicUrl url) : IAsyncAuthorizationFilter
{
    // A pasted workflow file or token is the longest that any form takes.
    private const long LargestForm = 512 * 1024;

    // Anybody may send one, before anything is known of them.
    private const long LargestOfStrangers = 64 * 1024;

    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        var http = context.HttpContext;
        var visitor = await visitors.FindAsync(http, http.RequestAborted);
        http.Features.Set(visitor);
        ContentPolicy.Apply(http);
        context.Result = IsRead(http.Request) ? Read(http, visitor) : await WriteAsync(http, visitor);
    }

    private static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private IActionResult? Read(HttpContext http, Visitor visitor)
    {
        if (visitor.Member is { } member && limits.Take(LimitKind.ReadsPerAccount, KeyOf(member)) is { } reached)
        {
            return MessagePage.TooMuch(http, reached);
        }
        return MissingRight(http, visitor);
    }

    private async Task<IActionResult?> WriteAsync(HttpContext http, Visitor visitor)
    {
        if (IsFromElsewhere(http.Request))
        {
            return MessagePage.Foreign();
        }
        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = visitor.Member is null ? LargestOfStrangers : LargestForm;
        if (!http.Request.HasFormContentType || !await tokens.IsRequestValidAsync(http))
        {
            return MessagePage.Foreign();
        }
        if (visitor.Member is { } member && limits.Take(LimitKind.ChangesPerAccount, KeyOf(member)) is { } reached)
        {
            return MessagePage.TooMuch(http, reached);
        }
        return MissingRight(http, visitor) ?? await ReadFactorAsync(http, visitor);
    }

    /// <summary>
    /// Browsers say themselves where a form comes from; older ones say only whose page it was. What says nothing is no browser, and still needs the token.
    /// </summary>
    private bool IsFromElsewhere(HttpRequest request) => request.Headers["Sec-Fetch-Site"] is [{ Length: > 0 } site]
        ? site is not ("same-origin" or "none")
        : request.Headers.Origin is [{ Length: > 0 } origin] && origin != "null" && origin != url.Base.GetLeftPart(UriPartial.Authority);

    private IActionResult? MissingRight(HttpContext http, Visitor visitor) => http.GetEndpoint()?.Metadata.GetMetadata<ForAttribute>()?.Circle switch
    {
        Circle.Members or Circle.Administrators when visitor.Member is null => IsRead(http.Request)
            ? new RedirectResult($"{url.PathBase}/-/sign-in?back={Uri.EscapeDataString(http.Request.Path + http.Request.QueryString)}")
            : MessagePage.Foreign(),
        Circle.Administrators when !visitor.IsAdministrator => MessagePage.NotForYou(),
        _ => null,
    };

    /// <summary>For the gate of second factors, which the operations ask, and for pages that sign somebody in.</summary>
    private async Task<IActionResult?> ReadFactorAsync(HttpContext http, Visitor visitor)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (answer, isBad) = await passkeys.ReadAsync(http, form, Confirmations.PageOf(http, visitor.Member), http.RequestAborted);
        http.Features.Set(new GivenOnPage(answer));
        return isBad ? MessagePage.BadPasskey(http) : null;
    }

    private static string KeyOf(Caller.Member member) => member.PersonId.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
