using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Packages;

namespace Assay.Server.Upstream.Advisories;

/// <summary>An advisory that somebody wants to issue, as it was read.</summary>
/// <param name="Package">Which package.</param>
/// <param name="Versions">Its affected versions by their ends; where a fix is named, none goes beyond it.</param>
/// <param name="IsMalicious">Whether they do harm on purpose.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Summary">What it is, in one line.</param>
internal sealed record AdvisoryDraft(PackageName Package, string Versions, bool IsMalicious, string Severity, string Summary)
{
    public static readonly string[] Severities = ["low", "moderate", "high", "critical"];

    private const string OfMalware = "critical";
    private const int LongestSummary = 300;

    private static readonly string[] Members = ["package", "versions", "malicious", "severity", "summary", "fixed"];

    public static bool TryRead(JsonObject body, [NotNullWhen(true)] out AdvisoryDraft? draft, [NotNullWhen(false)] out Denial? denial)
    {
        draft = null;
        var malicious = body.Flag("malicious") ?? false;
        var severity = body.Text("severity") ?? (malicious ? OfMalware : null);
        var summary = body.Text("summary")?.Trim() ?? "";
        var versions = "";
        var problem = body.FirstOrDefault(member => !Members.Contains(member.Key)).Key is { } unknown ? $"'{unknown}' is nothing that an advisory has: it has {string.Join(", ", Members)}."
            : !PackageName.TryParse(body.Text("package"), out var package) ? "Say which 'package' it is about."
            : malicious ? severity != OfMalware ? "What is malicious is critical: say 'malicious' or a 'severity'." : null
            : !Severities.Contains(severity) ? $"Say how bad it is, as 'severity': {string.Join(", ", Severities)}; or that it is 'malicious'."
            : null;
        problem ??= summary.Length is 0 or > LongestSummary || summary.Any(char.IsControl) ? $"Say what it is, as 'summary', in one line of {LongestSummary} characters at most." : null;
        problem ??= Close(body.Text("versions"), body.Text("fixed"), out versions);
        denial = problem is null ? null : new Denial(StatusCodes.Status400BadRequest, "invalid-advisory", problem);
        if (denial is null && PackageName.TryParse(body.Text("package"), out var name))
        {
            draft = new AdvisoryDraft(name, versions, malicious, severity!, summary);
        }
        return draft is not null;
    }

    /// <summary>What is wrong with the versions, or null: where they have no end, the fix is it.</summary>
    private static string? Close(string? range, string? fix, out string versions)
    {
        versions = "";
        if (range is null || !VersionRange.TryParse(range, out var parsed) || parsed.Intervals.Count == 0)
        {
            return "Say which 'versions' are affected, as a range that some version can lie in: '<1.2.0', '1.4.2', '>=1.0.0 <1.3.7 || 2.0.0', or '*' for all.";
        }
        if (fix is null)
        {
            versions = string.Join(VulnerableRange.Or, parsed.Intervals);
            return null;
        }
        if (!SemanticVersion.TryParse(fix, out var end))
        {
            return "'fixed' is the version with the fix, like 1.2.0.";
        }
        var closed = parsed.Intervals.Select(interval => interval.To is null ? interval with { To = end, HasTo = false } : interval).ToList();
        versions = string.Join(VulnerableRange.Or, closed);
        return closed.Exists(interval => interval.To == end && !interval.HasTo && !(interval.From >= end)) && !VulnerableRange.Holds(versions, end)
            ? null
            : $"The versions do not end before {end}. Leave their end open, or leave 'fixed' out.";
    }
}
