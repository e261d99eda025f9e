using Assay.Trust.Refusals;

namespace Assay.Trust.Linting;

/// <summary>Gathers findings; what they quote from the file is made safe to show, and there are never more than a person reads.</summary>
internal sealed class LintReport
{
    private const int MaximumFindings = 40;
    private const int TextLimit = 600;

    private readonly List<LintFinding> findings = [];

    public IReadOnlyList<LintFinding> Findings => findings;

    public void Error(string code, string where, string text, string fix) => Add(code, LintSeverity.Error, where, text, fix);

    public void Warning(string code, string where, string text, string fix) => Add(code, LintSeverity.Warning, where, text, fix);

    public void Add(string code, LintSeverity severity, string where, string text, string fix)
    {
        var finding = new LintFinding(code, severity, Line(where), Line(text), Line(fix));
        if (findings.Count < MaximumFindings && !findings.Contains(finding))
        {
            findings.Add(finding);
        }
    }

    public static string Quote(string text) => $"'{Printable.Value(text)}'";

    public static string Quote(IEnumerable<string> texts) => string.Join(", ", texts.Take(8).Select(Quote));

    private static string Line(string text) => Printable.Cut(Printable.WithoutCommands(Printable.Ascii(text)), TextLimit);
}
