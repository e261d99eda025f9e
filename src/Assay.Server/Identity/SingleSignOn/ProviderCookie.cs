using Assay.Server.Answers;

namespace Assay.Server.Identity;

/// <summary>What a browser keeps while it is at the OpenID provider.</summary>
internal sealed class ProviderCookie(PublicUrl url)
{
    private readonly OwnCookie cookie = new(url, "assay-sso");

    public string Read(HttpContext context) => cookie.Read(context) ?? "";

    public void Write(HttpContext context, string value) => cookie.Write(context, value, ProviderSignIns.Patience);

    public void Forget(HttpContext context) => cookie.Forget(context);
}
