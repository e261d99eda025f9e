using System.Text.RegularExpressions;

namespace Assay.Trust.Linting.Files;

/// <summary>The commands of a step, read by the words in them: enough to see who publishes where, never run and never trusted.</summary>
internal sealed partial class Script
{
    // Lines are cut so that no line, however long, costs more than a look.
    private const int MaximumLine = 1000;
    private const int MaximumLines = 2000;

    private readonly IReadOnlyList<string> lines;

    public Script(IEnumerable<string> commands)
    {
        lines =
        [
            .. commands.SelectMany(command => Continuation().Replace(command, " ").Split('\n'))
                .Take(MaximumLines)
                .Select(Uncommented)
                .Where(line => line.Length > 0),
        ];
        PublishLines = [.. lines.Where(line => Publish().IsMatch(line))];
    }

    /// <summary>The lines that publish, such as <c>npm publish</c> or <c>npx changeset publish</c>.</summary>
    public IReadOnlyList<string> PublishLines { get; }

    public bool Publishes => PublishLines.Count > 0;

    /// <summary>Whether it publishes, or runs something that is called so.</summary>
    public bool MayPublish => Publishes || (RunsAnotherFile && Has("publish"));

    /// <summary>Whether a file of the repository is run, whose commands are not to be seen here.</summary>
    public bool RunsAnotherFile => lines.Any(line => AnotherFile().IsMatch(line));

    public bool InstallsNpm => lines.Any(line => NpmInstall().IsMatch(line));

    public bool Has(string words) => lines.Any(line => line.Contains(words, StringComparison.Ordinal));

    /// <summary>What follows an option, on any line: <c>--registry URL</c> or <c>--registry=URL</c>.</summary>
    public IEnumerable<string> ValuesOf(string option) => lines.SelectMany(line => Values(line, option));

    /// <summary>The values of one option on one line.</summary>
    public static IEnumerable<string> Values(string line, string option)
    {
        for (var at = line.IndexOf(option, StringComparison.Ordinal); at >= 0; at = line.IndexOf(option, at + 1, StringComparison.Ordinal))
        {
            var rest = line[(at + option.Length)..];
            if (rest.Length > 0 && rest[0] is ' ' or '=' && rest[1..].Split(' ', 2, StringSplitOptions.RemoveEmptyEntries) is [var value, ..])
            {
                yield return value.Trim('"', '\'', ')');
            }
        }
    }

    private static string Uncommented(string line)
    {
        var bare = line.Trim();
        return bare.StartsWith('#') ? "" : bare.Length <= MaximumLine ? bare : bare[..MaximumLine];
    }

    [GeneratedRegex(@"\\\r?\n\s*")]
    private static partial Regex Continuation();

    [GeneratedRegex(@"\b(npm|pnpm|yarn|bun|lerna|changeset|nx)\b[^;|&]{0,200}\bpublish\b|\bsemantic-release\b")]
    private static partial Regex Publish();

    [GeneratedRegex(@"\b(sh|bash|node|make|source)\s+[^\s-]|(^|\s)\./\S|\b(npm|pnpm|yarn|bun)\s+run\s")]
    private static partial Regex AnotherFile();

    [GeneratedRegex(@"\bnpm\s+(install|i|add)\b[^;|&]{0,200}\snpm(@|\s|$)|\bcorepack\s")]
    private static partial Regex NpmInstall();
}
