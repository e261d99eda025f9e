using System.Security.Cryptography;
using System.Text;
using Assay.Server.Answers;

namespace Assay.Server.Identity;

/// <summary>
/// What ties a form to the browser that it was shown in: of the session, and before there is one of a random cookie of its own. Another site's page can neither read
/// nor set it, so it cannot send a form in somebody's name.
/// </summary>
internal sealed class FormCookie(PublicUrl url)
{
    private readonly OwnCookie cookie = new(url, "assay-form");

    /// <summary>The token for the forms of this answer; sets the cookie where it is needed.</summary>
    public string TokenFor(HttpContext context, WebSession? session)
    {
        if (session is not null)
        {
            return session.FormToken;
        }
        if (cookie.Read(context) is { Length: > 0 } known)
        {
            return TokenOf(known);
        }
        var value = context.Items[this] as string;
        if (value is null)
        {
            context.Items[this] = value = Capability.New();
            cookie.Write(context, value);
        }
        return TokenOf(value);
    }

    public bool IsGood(HttpContext context, WebSession? session, string given) => session is not null
        ? session.IsFormToken(given)
        : cookie.Read(context) is { Length: > 0 } known && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(TokenOf(known)), Encoding.UTF8.GetBytes(given));

    /// <summary>A digest, so that nothing in a page's text is what a cookie holds.</summary>
    public static string TokenOf(string value) => Convert.ToHexStringLower(Capability.Hash($"form:{value}"));
}
