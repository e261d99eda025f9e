using System.Text;
using Assay.Trust.Linting;
using CsCheck;

namespace Assay.Core.Tests.Trust.Linting;

/// <summary>What a hostile file cannot do.</summary>
public sealed class LinterLimitTests
{
    private static readonly string[] Words =
    [
        "on", "jobs", "steps", "run", "uses", "permissions", "id-token", "write", "script", "id_tokens", "NPM_ID_TOKEN", "aud", "rules", "if", "pipelines", "step",
        "npm publish", "--registry", "https://npm.acme.example/", "environment", "workflows", "trigger", "tags", "include", "oidc", "env", "bash", "image", "node:20",
        ": ", ":", "\n", "\n  ", "\n    ", "- ", "[", "]", "{", "}", "\"", "'", "|", ">", "&a ", "*a", "<<: ", "!reference ", "!!binary ", "---\n", "...\n", "#", "? ", "%YAML 1.9\n",
        "\t", "\r", "\0", "\u202E", "\uD800", "\uFEFF", "${{ x }}", "$", "@", "`", "~",
    ];

    private static readonly Gen<string> Soup = Gen.Int[0, Words.Length - 1].Array[0, 120].Select(words => string.Concat(words.Select(word => Words[word])));

    private static readonly Gen<string> Garbage = Gen.OneOf(Soup, Gen.String, Gen.Byte.Array[0, 300].Select(bytes => Encoding.Latin1.GetString(bytes)));

    private static readonly string[] Keys =
    [
        "on", "push", "tags", "branches", "jobs", "workflows", "pipelines", "steps", "step", "run", "command", "script", "uses", "with", "registry-url", "node-version", "env",
        "environment", "name", "permissions", "id-token", "contents", "runs-on", "labels", "container", "image", "id_tokens", "NPM_ID_TOKEN", "aud", "rules", "if", "only",
        "default", "variables", "include", "extends", "context", "filters", "docker", "oidc", "audiences", "deployment", "bash", "task", "inputs", "versionSpec", "trigger", "<<",
    ];

    private static readonly string[] Values =
    [
        "npm publish", "npm publish --registry https://npm.other.example/", "npm publish --registry", "sh publish.sh", "write", "true", "", "24", "node:20", "cimg/node:", "v*",
        "actions/setup-node@v4", "./x@", "@", "$A", "${A}", "${{ a }}", "$CI_COMMIT_TAG", "npm:npm.acme.example", "buildkite-agent oidc request-token --audience", "circleci run oidc get --claims",
        "pull_request_target", "$CI_PIPELINE_SOURCE == 'web'", "refs/tags/v*", "[{(", "node:99999999999999999999", ":", "::",
    ];

    /// <summary>Well-formed files that mean nothing: the same choices give the same file.</summary>
    private static readonly Gen<string> Nonsense = Gen.Int[0, 1_000_000].Array[1, 200].Select(choices =>
    {
        var next = 0;
        return Build(depth: 0);

        int Choose(int count) => choices[next++ % choices.Length] / (next / choices.Length + 1) % count;

        string Build(int depth) => (depth > 6 || next > 400 ? 0 : Choose(4)) switch
        {
            0 => $"\"{Values[Choose(Values.Length)]}\"",
            1 => $"[{string.Join(", ", Enumerable.Range(0, Choose(4)).Select(_ => Build(depth + 1)))}]",
            _ => $"{{{string.Join(", ", Enumerable.Range(0, 1 + Choose(5)).Select(_ => $"\"{Keys[Choose(Keys.Length)]}\": {Build(depth + 1)}"))}}}",
        };
    });

    public static TheoryData<string, string> Heavy => new()
    {
        { "brackets", new string('[', 200_000) },
        { "braces", string.Concat(Enumerable.Repeat("{a: ", 60_000)) },
        { "one line", "jobs: { a: { steps: [{ run: \"" + string.Concat(Enumerable.Repeat("npm ", 60_000)) + "\" }] } }" },
        { "many lines", "jobs: { a: { steps: [{ run: \"" + string.Concat(Enumerable.Repeat("npm\\n", 50_000)) + "\" }] } }" },
        { "many jobs", "on: push\njobs:\n" + string.Concat(Enumerable.Range(0, 8_000).Select(job => $"  j{job}: {{ run: x }}\n")) },
        { "spaces", "a:" + new string(' ', 250_000) + "b" },
        { "quotes", new string('"', 250_000) },
        { "dashes", string.Concat(Enumerable.Repeat("- ", 125_000)) },
        { "questions", string.Concat(Enumerable.Repeat("? ", 125_000)) },
        { "path", "on: push" },
    };

    [Fact]
    public void Garbage_is_never_an_exception() =>
        Gen.Select(Garbage, Garbage, Gen.Int[0, WorkflowLinter.Providers.Count - 1]).Sample(IsAnswered, iter: 3_000);

    [Fact]
    public void Nonsense_is_never_an_exception() =>
        Gen.Select(Nonsense, Garbage, Gen.Int[0, WorkflowLinter.Providers.Count - 1]).Sample(
            (text, path, provider) => IsAnswered(text, path, provider) && !Lint(text, "gitlab").Any(finding => finding.Code == "file-not-readable"), iter: 1_000);

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Heavy))]
    public async Task A_file_made_to_be_slow_is_not(string name, string text)
    {
        foreach (var provider in WorkflowLinter.Providers)
        {
            var findings = await Task.Run(() => Lint(text, provider, name == "path" ? new string('/', 200_000) : ".github/workflows/a.yml"), TestContext.Current.CancellationToken);

            Assert.NotEmpty(findings);
        }
    }

    [Fact]
    public void Aliases_that_stand_for_more_than_fits_are_refused()
    {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + string.Concat(Enumerable.Range(1, 8).Select(level => $"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 8))}]\n"));

        Assert.Equal(["file-not-readable"], Lint(bomb, "github").Select(finding => finding.Code));
    }

    [Fact]
    public void Aliases_of_one_long_text_weigh_as_much_as_it_does()
    {
        var text = "long: &long \"" + new string('x', 100_000) + "\"\nall: [" + string.Join(", ", Enumerable.Repeat("*long", 40)) + "]\n";

        Assert.Equal(["file-not-readable"], Lint(text, "gitlab").Select(finding => finding.Code));
    }

    [Fact]
    public void A_few_aliases_are_ordinary() =>
        Assert.DoesNotContain(Lint("a: &a [x]\nb: *a\nc: *a\n", "gitlab"), finding => finding.Code == "file-not-readable");

    [Fact]
    public void Too_many_aliases_are_refused() =>
        Assert.Equal(["file-not-readable"], Lint("a: &a x\nb: [" + string.Join(", ", Enumerable.Repeat("*a", 65)) + "]\n", "gitlab").Select(finding => finding.Code));

    [Fact]
    public void A_file_that_contains_itself_is_refused() =>
        Assert.DoesNotContain(Lint("jobs: &a { b: *a }\n", "github"), finding => finding.Text.Length == 0);

    [Fact]
    public void A_file_that_is_too_large_is_not_read() =>
        Assert.Equal(["file-too-large"], Lint(new string('#', WorkflowLinter.MaximumLength + 1), "github").Select(finding => finding.Code));

    [Fact]
    public void What_is_not_yaml_is_said_to_be_on_its_line()
    {
        var finding = Assert.Single(Lint("on: push\njobs: {\n", "github"));

        Assert.Equal("file-not-readable", finding.Code);
        Assert.StartsWith("line ", finding.Where, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jenkins")]
    [InlineData("kubernetes")]
    [InlineData("acme-ci")]
    [InlineData("")]
    public void A_provider_whose_files_are_not_understood_is_not_called_fine(string provider)
    {
        var finding = Assert.Single(Lint("pipeline {}", provider));

        Assert.Equal("not-linted", finding.Code);
        Assert.Equal(LintSeverity.Warning, finding.Severity);
    }

    private static bool IsAnswered(string text, string path, int provider)
    {
        var findings = Lint(text, WorkflowLinter.Providers.ElementAt(provider), path);
        return findings.Count <= 40
            && findings.All(finding => finding.Text.Length <= 600 && (finding.Text + finding.Where + finding.Fix).All(character => character is >= ' ' and <= '~'));
    }

    private static IReadOnlyList<LintFinding> Lint(string text, string provider, string path = ".github/workflows/publish.yml") =>
        (new Linted(provider, path, text).Wanting("ref", "refs/tags/v*").Wanting("environment", "release").Wanting("workflow", "publish.yml")).Findings;
}
