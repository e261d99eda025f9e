using System.Diagnostics.CodeAnalysis;

namespace Assay.Server.Packages;

/// <summary>What somebody wrote in a report, or in the answer to one: lines of text, without anything that only machines read.</summary>
internal static class ReportText
{
    public static bool TryRead(string? written, int longest, [NotNullWhen(true)] out string? text)
    {
        var lines = (written ?? "").ReplaceLineEndings("\n").Trim();
        text = lines.Length > 0 && lines.Length <= longest && lines.All(character => character == '\n' || !char.IsControl(character)) ? lines : null;
        return text is not null;
    }

    public static Denial Needed(int longest) => new(
        StatusCodes.Status400BadRequest, "invalid-report", $"Say in the text what it is about: 1 to {longest} characters, and no control characters but line ends.");
}
