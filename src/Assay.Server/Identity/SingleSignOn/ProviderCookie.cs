using Assay.Server.Answers;

namespace Assay.Server.Identity;

/// <summary>What a browser keeps while it is at the OpenID provider. Lax, so that it comes along when the provider sends the browser back.</summary>
internal sealed class ProviderCookie(PublicUrl url)
{
    private bool IsSecure => url.Base.Scheme == Uri.UriSchemeHttps;

    private string Name => IsSecure ? "__Host-assay-sso" : "assay-sso";

    public string Read(HttpContext context) => context.Request.Cookies[Name] ?? "";

    public void Write(HttpContext context, string value) => context.Response.Cookies.Append(Name, value, Shape(ProviderSignIns.Patience));

    public void Forget(HttpContext context) => context.Response.Cookies.Delete(Name, Shape(null));

    private CookieOptions Shape(TimeSpan? life) => new() { HttpOnly = true, Secure = IsSecure, SameSite = SameSiteMode.Lax, Path = "/", MaxAge = life, IsEssential = true };
}
