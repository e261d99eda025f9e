using System.Text.Json.Nodes;
using Assay.Trust.Linting;

namespace Assay.Server.TrustedPublishing;

/// <summary>Findings in answers and in an operator's terminal.</summary>
internal static class LintAnswers
{
    public static JsonObject Of(IReadOnlyList<LintResult> results) => new() { ["results"] = new JsonArray([.. results.Select(Of)]) };

    public static IEnumerable<string> Lines(IReadOnlyList<LintResult> results) => results.SelectMany(Lines);

    /// <summary>One policy under which it publishes is enough.</summary>
    public static bool Fails(IReadOnlyList<LintResult> results) =>
        results.All(result => result.Findings.Any(finding => finding.Severity is LintSeverity.Error));

    private static JsonObject Of(LintResult result) => new()
    {
        ["policy"] = result.Policy.Id,
        ["provider"] = result.Policy.ProviderId,
        ["findings"] = new JsonArray([.. result.Findings.Select(finding => new JsonObject
        {
            ["code"] = finding.Code,
            ["severity"] = Severity(finding),
            ["where"] = finding.Where,
            ["text"] = finding.Text,
            ["fix"] = finding.Fix,
        })]),
    };

    private static IEnumerable<string> Lines(LintResult result)
    {
        yield return $"policy {result.Policy.Id} ({result.Policy.ProviderId}): "
            + (result.Findings.Count == 0 ? "nothing was found that keeps the file from publishing" : $"{result.Findings.Count} findings");
        foreach (var finding in result.Findings)
        {
            yield return $"    {Severity(finding)} {finding.Code}, {finding.Where}: {finding.Text}";
            yield return $"      {finding.Fix}";
        }
    }

    private static string Severity(LintFinding finding) => finding.Severity.ToString().ToLowerInvariant();
}
