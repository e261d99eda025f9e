using Assay.Server.Answers;

namespace Assay.Server.Identity;

/// <summary>Where a browser keeps its session. Over https its name begins so that no other host and no plain page can set it (RFC 6265bis section 4.1.3).</summary>
internal sealed class SessionCookie(PublicUrl url)
{
    private bool IsSecure => url.Base.Scheme == Uri.UriSchemeHttps;

    private string Name => IsSecure ? "__Host-assay" : "assay";

    public string? Read(HttpContext context) => context.Request.Cookies[Name];

    public void Write(HttpContext context, string value) => context.Response.Cookies.Append(Name, value, Shape());

    public void Forget(HttpContext context) => context.Response.Cookies.Delete(Name, Shape());

    // Without an end of its own: the server knows when it is over, and a browser that is closed forgets it.
    private CookieOptions Shape() => new() { HttpOnly = true, Secure = IsSecure, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true };
}
