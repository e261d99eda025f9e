using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Assay.Server.TrustedPublishing;

/// <summary>A file of a guide.</summary>
/// <param name="Path">Where it goes; null where the guide does not say.</param>
/// <param name="Text">What is in it.</param>
internal sealed record GuideFile(string? Path, string Text)
{
    /// <summary>Whether its first line is a comment with its path.</summary>
    public bool SaysItsPath => Path is not null && Text.Split('\n', 2)[0].EndsWith($" {Path}", StringComparison.Ordinal);
}

/// <summary>One provider's page of <c>docs/ci</c>, taken apart: the job's files, and an example of a policy for it.</summary>
internal sealed partial record PublishGuide
{
    public const string ExampleRegistry = "https://npm.acme.example/";
    public const string ExampleHost = "npm.acme.example";
    public const string ExamplePackage = "@acme/hello";

    private const string Script = "ci/publish.sh";

    public required string Provider { get; init; }

    /// <summary>The pipeline's file first, then the script that it runs, where it runs one.</summary>
    public required IReadOnlyList<GuideFile> Files { get; init; }

    /// <summary>What the job needs, in sentences; code stands between backticks.</summary>
    public required string Explanation { get; init; }

    public required IReadOnlyList<string> Traps { get; init; }

    /// <summary>The example policy's fields.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Fields { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    public IReadOnlyDictionary<string, string> Pins { get; init; } = new Dictionary<string, string>();

    /// <summary>The fields by which the example declares its gate.</summary>
    public IReadOnlyList<string> Declared { get; init; } = [];

    /// <summary>The options of <c>npm trust</c>, where the guide writes its policy with that.</summary>
    public IReadOnlyList<(string Option, string Value)> NpmOptions { get; init; } = [];

    public static PublishGuide Read(string provider, string markdown)
    {
        var job = Section(markdown, "## The job publishes");
        var blocks = Fence().Matches(job);
        var guide = new PublishGuide
        {
            Provider = provider,
            Files = FilesOf([.. blocks.Select(block => FileOf(block.Groups["kind"].Value, block.Groups["text"].Value))]),
            Explanation = Plain(string.Join(' ', Fence().Replace(job, "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(WithoutLeadIn)).Trim()),
            Traps = [.. Section(markdown, "## Traps").Split('\n').Where(line => line.StartsWith("- ", StringComparison.Ordinal)).Select(line => Plain(line[2..]))],
        };
        return WithPolicy(guide, Section(markdown, "## An owner says which pipeline may publish"));
    }

    private static PublishGuide WithPolicy(PublishGuide guide, string owner)
    {
        if (Fence().Matches(owner).FirstOrDefault(block => block.Groups["kind"].Value == "json policy") is { } block)
        {
            var policy = JsonNode.Parse(block.Groups["text"].Value)!;
            return guide with
            {
                Fields = policy["fields"]!.AsObject().ToDictionary(field => field.Key, IReadOnlyList<string> (field) => [.. field.Value!.AsArray().Select(value => (string)value!)]),
                Pins = policy["pins"]?.AsObject().ToDictionary(pin => pin.Key, pin => (string)pin.Value!) ?? [],
                Declared = [.. (policy["gate"]?["declared"]?.AsArray() ?? []).Select(field => (string)field!)],
            };
        }
        return guide with { NpmOptions = [.. Option().Matches(string.Concat(Fence().Matches(owner).Select(block => block.Groups["text"].Value))).Select(option => (option.Groups[1].Value, option.Groups[2].Value))] };
    }

    // The step of a job that runs no script stands in the pipeline's file already.
    private static IReadOnlyList<GuideFile> FilesOf(List<GuideFile> files) =>
        [.. files.Where(file => file.Path != Script || !files.Exists(other => other.Path != Script && other.Text.Contains("npm publish", StringComparison.Ordinal)))];

    private static GuideFile FileOf(string kind, string text) => kind == "sh exchange"
        ? new GuideFile(Script, text)
        : PathLine().Match(text) is { Success: true } first ? new GuideFile(first.Groups[1].Value, text) : new GuideFile(null, text);

    // What leads in a block says nothing without it.
    private static string WithoutLeadIn(string line) => line.EndsWith(':') ? line[..(line.LastIndexOf(". ", StringComparison.Ordinal) + 1)] : line;

    private static string Plain(string markdown) => Emphasis().Replace(Link().Replace(markdown, "$1"), "$1");

    private static string Section(string markdown, string heading)
    {
        var start = markdown.IndexOf(heading + "\n", StringComparison.Ordinal) + heading.Length;
        var end = markdown.IndexOf("\n## ", start, StringComparison.Ordinal);
        return markdown[start..(end < 0 ? markdown.Length : end)];
    }

    [GeneratedRegex("^```(?<kind>[a-z ]*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    // Stars in code are signs of it.
    [GeneratedRegex(@"(`[^`]*`)|\*+")]
    private static partial Regex Emphasis();

    [GeneratedRegex(@"\[([^\]]+)\]\([^)]+\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\A(?:#|//) (\S+)\n")]
    private static partial Regex PathLine();

    [GeneratedRegex(@"(--[a-z-]+) ([^\s-]\S*)")]
    private static partial Regex Option();
}
