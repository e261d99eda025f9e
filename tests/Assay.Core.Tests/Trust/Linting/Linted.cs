using Assay.Trust.Linting;

namespace Assay.Core.Tests.Trust.Linting;

/// <summary>A file that publishes under a policy; a test changes one thing of either.</summary>
internal sealed record Linted(string Provider, string Path, string Text)
{
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Fields { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    public IReadOnlyList<string> Actions { get; init; } = ["publish"];

    public Uri Registry { get; init; } = new("https://npm.acme.example/");

    public string? Audience { get; init; }

    public IReadOnlyList<LintFinding> Findings => WorkflowLinter.Lint(new LintFile(Path, Text), new LintTarget
    {
        Registry = Registry,
        Package = "@acme/hello",
        Provider = Provider,
        Fields = Fields,
        Actions = Actions,
        Audience = Audience,
    });

    /// <summary>The findings as "error code" and "warning code", in order.</summary>
    public IReadOnlyList<string> Codes => [.. Findings.Select(finding => $"{(finding.Severity is LintSeverity.Error ? "error" : "warning")} {finding.Code}")];

    /// <summary>With a piece of the text put in another's place; a piece that is not there is a mistake of the test.</summary>
    public Linted But(string piece, string other)
    {
        Assert.Contains(piece, Text, StringComparison.Ordinal);
        return this with { Text = Text.Replace(piece, other, StringComparison.Ordinal) };
    }

    public Linted Wanting(string field, params string[] values) =>
        this with { Fields = new Dictionary<string, IReadOnlyList<string>>(Fields) { [field] = values } };

    public Linted At(string path) => this with { Path = path };

    public Linted Granting(params string[] actions) => this with { Actions = actions };
}
