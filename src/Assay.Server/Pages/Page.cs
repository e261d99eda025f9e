using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using Assay.Server.Answers;

namespace Assay.Server.Pages;

/// <summary>A plain page: no outside host, no script but the one of passkeys where it is needed, and everything that is not ours encoded.</summary>
internal static class Page
{
    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}"
        + "label{display:block;margin:.8rem 0}input,textarea{display:block;width:100%;font:inherit;padding:.4rem;box-sizing:border-box}"
        + "select{font:inherit}button{font:inherit;padding:.5rem 1rem}pre,code{font-family:ui-monospace,monospace}pre{overflow:auto}.problem{border-left:.3rem solid #c00;padding-left:.8rem}";

    // The one style sheet above, named by its hash, is all that the browser may use.
    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    public static IResult Show(string title, string body, int status = StatusCodes.Status200OK) => new Shown(title, body, status, isScripted: false);

    /// <summary>With the script of passkeys; everything else on it works without.</summary>
    public static IResult Scripted(string title, string body, int status = StatusCodes.Status200OK) => new Shown(title, body, status, isScripted: true);

    /// <summary>Encodes every inserted value.</summary>
    public static string Markup(Encoded markup) => markup.ToString();

    public static string Problem(string? text) => text is null ? "" : Markup($"<p class=\"problem\" role=\"alert\">{text}</p>");

    private sealed class Shown(string title, string body, int status, bool isScripted) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = status;
            response.ContentType = "text/html; charset=utf-8";
            response.Headers.CacheControl = "no-store";
            response.Headers.ContentSecurityPolicy = isScripted ? $"{Policy}; script-src 'self'" : Policy;
            response.Headers["Referrer-Policy"] = "no-referrer";
            return response.WriteAsync(
                $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
                + $"<title>{title}</title><style>{Style}</style>{Script(httpContext)}</head><body><main><h1>{title}</h1>{body}</main></body></html>",
                httpContext.RequestAborted);
        }

        private string Script(HttpContext httpContext) => isScripted
            ? Markup($"<script src=\"{httpContext.RequestServices.GetRequiredService<PublicUrl>().PathBase}/{Assets.Script}\" defer></script>")
            : "";
    }

    [InterpolatedStringHandler]
    internal readonly ref struct Encoded(int literalLength, int formattedCount)
    {
        private readonly StringBuilder text = new(literalLength + (16 * formattedCount));

        public void AppendLiteral(string literal) => text.Append(literal);

        public void AppendFormatted<T>(T value) => text.Append(HtmlEncoder.Default.Encode(value?.ToString() ?? ""));

        public override string ToString() => text.ToString();
    }
}
