namespace Assay.Server.Answers;

/// <summary>
/// A cookie of this registry: for its own host and for no script; lax, so that it comes along when somebody follows a link or an OpenID provider sends the
/// browser back. Over HTTPS its name begins so that no other host and no plain page can set it (RFC 6265bis section 4.1.3).
/// </summary>
internal sealed class OwnCookie(PublicUrl url, string name)
{
    private bool IsSecure => url.Base.Scheme == Uri.UriSchemeHttps;

    private string Name => IsSecure ? $"__Host-{name}" : name;

    public string? Read(HttpContext context) => context.Request.Cookies[Name];

    /// <param name="context">The answer that sets it.</param>
    /// <param name="value">What the browser keeps.</param>
    /// <param name="life">Null for until the browser is closed.</param>
    public void Write(HttpContext context, string value, TimeSpan? life = null) => context.Response.Cookies.Append(Name, value, Shape(life));

    public void Forget(HttpContext context) => context.Response.Cookies.Delete(Name, Shape(life: null));

    private CookieOptions Shape(TimeSpan? life) => new() { HttpOnly = true, Secure = IsSecure, SameSite = SameSiteMode.Lax, Path = "/", MaxAge = life, IsEssential = true };
}
