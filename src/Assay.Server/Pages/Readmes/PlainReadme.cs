using System.Text.Encodings.Web;

namespace Assay.Server.Pages.Readmes;

/// <summary>A readme as it is written.</summary>
internal static class PlainReadme
{
    public static string Of(string text, string? note) =>
        (note is null ? "" : $"<p class=\"readme-note\">{HtmlEncoder.Default.Encode(note)}</p>")
        + $"<div class=\"readme-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Readme\"><pre class=\"readme-plain\">{HtmlEncoder.Default.Encode(text)}</pre></div>";
}
