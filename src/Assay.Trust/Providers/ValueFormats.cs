using System.Collections.Frozen;

namespace Assay.Trust.Providers;

/// <summary>The closed set of forms that a definition can ask of a claim or a policy field.</summary>
internal static class ValueFormats
{
    private static readonly FrozenDictionary<string, (Func<string, bool> Accepts, string Expectation)> Formats =
        new Dictionary<string, (Func<string, bool>, string)>
        {
            ["owner/name"] = (value => IsPath(value, 2, 2), "owner/name"),
            ["project-path"] = (value => IsPath(value, 2, 32), "group/project"),
            ["host-path"] = (value => IsPath(value, 3, 8), "host/owner/name, such as github.com/acme/widget"),
            ["full-ref"] = (value => value.StartsWith("refs/", StringComparison.Ordinal), "a full ref, such as refs/tags/v1.0.0"),
            ["git-sha"] = (IsGitSha, "a commit id in lower-case hexadecimal"),
            ["workflow-file"] = (IsWorkflowFile, "the bare name of a .yml or .yaml file in .github/workflows, without directories"),
            ["config-path"] = (IsConfigPath, "the path of a .yml or .yaml file in the project, such as .gitlab-ci.yml"),
            ["ref-pattern"] = (IsRefPattern, "a full ref, such as refs/tags/v* or refs/heads/main"),
            ["callee"] = (IsCallee, "'same-repository', 'none' or owner/name/.github/workflows/file.yml@refs/tags/v1"),
        }.ToFrozenDictionary();

    public static bool Knows(string format) => Formats.ContainsKey(format);

    public static bool Accepts(string? format, string value) => format is null || Formats[format].Accepts(value);

    public static string Expectation(string format) => Formats[format].Expectation;

    public static bool IsWorkflowFile(string value) => !value.Contains('/', StringComparison.Ordinal) && HasYamlName(value);

    public static bool IsConfigPath(string value) =>
        !value.Split('/').Any(segment => segment is "." or "..") && value[..1] != "/" && HasYamlName(value[(value.LastIndexOf('/') + 1)..]);

    public static bool IsGitSha(string value) =>
        value.Length is 40 or 64 && value.All(character => char.IsAsciiDigit(character) || character is >= 'a' and <= 'f');

    private static bool HasYamlName(string name) =>
        name.EndsWith(".yml", StringComparison.Ordinal) && name.Length > ".yml".Length
        || name.EndsWith(".yaml", StringComparison.Ordinal) && name.Length > ".yaml".Length;

    private static bool IsPath(string value, int least, int most)
    {
        var segments = value.Split('/');
        return segments.Length >= least && segments.Length <= most && segments.All(segment => segment is not ("" or "." or "..")
            && segment.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.'));
    }

    // A pattern that does not say branch or tag would let a branch named like a release pass for one.
    private static bool IsRefPattern(string value) =>
        value.StartsWith("refs/tags/", StringComparison.Ordinal) || value.StartsWith("refs/heads/", StringComparison.Ordinal);

    // Literal up to the ref and a literal start of the ref: "a.yml@**" would also match a file called "a.yml@b.yml".
    private static bool IsCallee(string value)
    {
        if (value is "same-repository" or "none")
        {
            return true;
        }
        const string Directory = "/.github/workflows/";
        var directory = value.IndexOf(Directory, StringComparison.Ordinal);
        var at = value.IndexOf('@', StringComparison.Ordinal);
        return directory > 0 && at > directory && IsPath(value[..directory], 2, 2)
            && IsWorkflowFile(value[(directory + Directory.Length)..at]) && !value[..at].Contains('*', StringComparison.Ordinal)
            && (IsRefPattern(value[(at + 1)..]) || IsGitSha(value[(at + 1)..]));
    }
}
