namespace Assay.Server.Pages;

/// <summary>What a browser may load for a page: nothing from elsewhere, and no script or style that stands in the page itself.</summary>
internal static class ContentPolicy
{
    private const string Rest = "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>For pages: they are made for their visitor, so nothing keeps them.</summary>
    public static void Apply(HttpContext context, params IReadOnlyCollection<string> imageHosts)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = $"{Rest}; img-src 'self'{string.Concat(imageHosts.Select(host => $" https://{host}"))}";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers.Vary = "Cookie";
    }
}
