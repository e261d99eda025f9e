namespace Assay.Server.Answers;

/// <summary>Texts for the <c>npm-notice</c> header, the one channel that npm shows for a failed exchange.</summary>
internal static class Notices
{
    /// <summary>
    /// Header-safe: printable ASCII, one line, bounded, and no `::`, which GitHub's log would take for a command. A text that is too long is
    /// cut before its code, because the code is what people and scripts look for.
    /// </summary>
    public static string WithCode(string text, string code) =>
        $"{Trust.Refusals.Notice.From(text, Trust.Refusals.Notice.DefaultLimit - code.Length - 3)} [{code}]";
}
