using System.Globalization;
using System.Text;
using Assay.Trust.Refusals;

namespace Assay.Server.Packages;

/// <summary>What a stage changes, for terminals. Paths and values are the publisher's: nothing in them may move the cursor.</summary>
internal static class DifferenceText
{
    public static string Of(StageDifference difference)
    {
        var text = new StringBuilder();
        Line(text, $"{difference.Stage.PackageName}@{difference.Stage.Version} against {difference.Against ?? "nothing: it is the first version"}");
        Line(text, $"unpacked {difference.Contents.UnpackedBefore} -> {difference.Contents.UnpackedNow} bytes");
        if (difference.Contents.HasInstallScript)
        {
            Line(text, "! it runs a script when it is installed");
        }
        foreach (var file in difference.Contents.Files)
        {
            Line(text, (file.Before, file.Now) switch
            {
                (null, { } now) => $"+ {file.Path} ({now} bytes)",
                ({ } before, null) => $"- {file.Path} ({before} bytes)",
                var (before, now) => $"~ {file.Path} ({before} -> {now} bytes)",
            });
        }
        foreach (var change in difference.Contents.Members)
        {
            Line(text, (change.Before, change.Now) switch
            {
                (null, { } now) => $"+ {change.Table} {change.Name}: {now}",
                ({ } before, null) => $"- {change.Table} {change.Name}: {before}",
                var (before, now) => $"~ {change.Table} {change.Name}: {before} -> {now}",
            });
        }
        return text.ToString();
    }

    private static void Line(StringBuilder text, FormattableString line) => Line(text, line.ToString(CultureInfo.InvariantCulture));

    private static void Line(StringBuilder text, string line) => text.Append(Printable.Ascii(line)).Append('\n');
}
