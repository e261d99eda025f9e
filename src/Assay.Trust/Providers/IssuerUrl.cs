using System.Text;

namespace Assay.Trust.Providers;

/// <summary>What an issuer may look like before anyone thinks of trusting it.</summary>
internal static class IssuerUrl
{
    private const int MaximumLength = 512;

    /// <summary>Why the text cannot be an issuer, or null. Plain http needs the operator's leave and stays on this machine.</summary>
    public static string? Problem(string issuer, bool allowLoopbackHttp)
    {
        if (issuer.Length > MaximumLength || !Uri.TryCreate(issuer, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
        {
            return $"'{issuer}' is not an https address.";
        }
        if (uri.Scheme == "http" && !(allowLoopbackHttp && uri.IsLoopback))
        {
            return $"'{issuer}' must use https. Plain http is for this machine only (localhost), and must be allowed explicitly.";
        }
        // The text is compared by characters, so it must be the one spelling that a URL parser would also choose.
        var canonical = uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        var isPlain = (issuer == canonical || issuer + "/" == canonical)
            && !uri.AbsolutePath.Contains("//", StringComparison.Ordinal) && !uri.Host.EndsWith('.') && Ascii.IsValid(issuer);
        return isPlain ? null
            : $"'{issuer}' must be spelt plainly: lower-case host, no user, default port, query, fragment, '..' or empty segment.";
    }
}
