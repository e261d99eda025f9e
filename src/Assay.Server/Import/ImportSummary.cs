using Assay.Trust.Refusals;

namespace Assay.Server.Import;

/// <summary>What the command prints: the counts, the reasons, and the first of what was refused.</summary>
internal static class ImportSummary
{
    private const int MostShown = 20;
    private const int LongestLine = 400;

    public static IReadOnlyList<string> Of(ImportReport report)
    {
        var refused = report.Refused.ToList();
        return
        [
            $"{(report.IsDryRun ? "Would import" : "Imported")} {Count(report.VersionsImported, "version")} of {Count(report.PackagesImported, "package")} from {report.Source}"
            + $"; {report.VersionsHere} were here already, {refused.Count} refused{(report.FoundBy is null ? "" : $" (names from {report.FoundBy})")}.",
            .. Kept(report),
            .. Strangers(report),
            .. refused.GroupBy(refusal => refusal.Code).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => $"  refused, {group.Key}: {group.Count()}"),
            .. refused.Take(MostShown).Select(refusal => Printable.Cut($"    {refusal.Subject}: {refusal.Text}", LongestLine)),
            .. refused.Count > MostShown ? [$"    and {refused.Count - MostShown} more; all of them are in the report (--report FILE)"] : Array.Empty<string>(),
        ];
    }

    private static IEnumerable<string> Kept(ImportReport report)
    {
        var kept = report.Packages.Sum(package => package.KeptTags.Count);
        return kept == 0 ? [] : [$"  {Count(kept, "tag")} stayed as people or CI set them here."];
    }

    private static IEnumerable<string> Strangers(ImportReport report)
    {
        var strangers = report.Packages.SelectMany(package => package.Strangers).GroupBy(name => name, StringComparer.Ordinal)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).ToList();
        if (strangers.Count == 0)
        {
            return [];
        }
        var shown = string.Join(", ", strangers.Take(MostShown).Select(group => $"{group.Key} ({group.Count()})"));
        return [Printable.Cut($"  Maintainers there who are no people here: {shown}{(strangers.Count > MostShown ? ", …" : "")}", LongestLine)];
    }

    private static string Count(int number, string unit) => number == 1 ? $"1 {unit}" : $"{number} {unit}s";
}
