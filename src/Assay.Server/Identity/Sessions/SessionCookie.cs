using Assay.Server.Answers;

namespace Assay.Server.Identity;

/// <summary>Where a browser keeps its session.</summary>
internal sealed class SessionCookie(PublicUrl url)
{
    private readonly OwnCookie cookie = new(url, "assay");

    public string? Read(HttpContext context) => cookie.Read(context);

    // Without an end of its own: the server knows when it is over, and a browser that is closed forgets it.
    public void Write(HttpContext context, string value) => cookie.Write(context, value);

    public void Forget(HttpContext context) => cookie.Forget(context);
}
