using System.Collections.Frozen;

namespace Assay.Trust.Providers;

/// <summary>The closed set of forms that a definition can ask of a claim or a policy field.</summary>
internal static class ValueFormats
{
    /// <summary>Where Forgejo looks for workflows; one file name may stand in several, so policies there hold the whole path.</summary>
    public static readonly IReadOnlyList<string> ForgejoDirectories = [".forgejo/workflows/", ".gitea/workflows/", ".github/workflows/"];

    private static readonly FrozenDictionary<string, (Func<string, bool> Accepts, string Expectation)> Formats =
        new Dictionary<string, (Func<string, bool>, string)>
        {
            ["owner/name"] = (value => IsPath(value, 2, 2), "owner/name"),
            ["project-path"] = (value => IsPath(value, 2, 32), "group/project"),
            ["host-path"] = (value => IsPath(value, 3, 8), "host/owner/name, such as github.com/acme/widget"),
            ["full-ref"] = (value => value.StartsWith("refs/", StringComparison.Ordinal), "a full ref, such as refs/tags/v1.0.0"),
            ["git-sha"] = (IsGitSha, "a commit id in lower-case hexadecimal"),
            ["workflow-file"] = (IsWorkflowFile, "the bare name of a .yml or .yaml file in the workflow directory, without directories"),
            ["workflow-path"] = (IsWorkflowPath, "the whole path of a workflow, such as .forgejo/workflows/publish.yml"),
            ["config-path"] = (IsConfigPath, "the path of a .yml or .yaml file in the project, such as .gitlab-ci.yml"),
            ["ref-pattern"] = (IsRefPattern, "a full ref, such as refs/tags/v* or refs/heads/main"),
            ["azure-pipeline"] = (value => value.StartsWith("p://", StringComparison.Ordinal), "p://organization/project/pipeline"),
            ["role-arn"] = (IsRoleArn, "the ARN of a role, such as arn:aws:iam::123456789012:role/Release"),
            ["aws-account"] = (value => value.Length == 12 && value.All(char.IsAsciiDigit), "an account id of twelve digits"),
            ["sha256-digest"] = (IsSha256Digest, "sha256: and 64 lower-case hexadecimal digits"),
            ["service-account"] = (
                value => value.EndsWith(".iam.gserviceaccount.com", StringComparison.Ordinal) && value.Contains('@', StringComparison.Ordinal),
                "the address of a service account of its own, such as release@project.iam.gserviceaccount.com"),
            ["spiffe-id"] = (IsSpiffeId, "a whole SPIFFE ID, such as spiffe://corp.example/ci/release, without wildcards"),
            ["callee"] = (IsCallee, "'same-repository', 'none' or owner/name/.github/workflows/file.yml@refs/tags/v1"),
        }.ToFrozenDictionary();

    public static IEnumerable<string> Names => Formats.Keys;

    public static bool Knows(string format) => Formats.ContainsKey(format);

    public static bool Accepts(string? format, string value) => format is null || Formats[format].Accepts(value);

    public static string Expectation(string format) => Formats[format].Expectation;

    public static bool IsWorkflowFile(string value) => !value.Contains('/', StringComparison.Ordinal) && HasYamlName(value);

    public static bool IsConfigPath(string value) =>
        !value.Split('/').Any(segment => segment is "." or "..") && value[..1] != "/" && HasYamlName(value[(value.LastIndexOf('/') + 1)..]);

    public static bool IsGitSha(string value) =>
        value.Length is 40 or 64 && value.All(character => char.IsAsciiDigit(character) || character is >= 'a' and <= 'f');

    private static bool IsWorkflowPath(string value) => ForgejoDirectories.Any(directory =>
        value.StartsWith(directory, StringComparison.Ordinal) && IsWorkflowFile(value[directory.Length..]));

    private static bool IsRoleArn(string value) =>
        value.Split(':') is ["arn", _, "iam", "", var account, var resource] && account.Length == 12 && account.All(char.IsAsciiDigit)
        && resource.StartsWith("role/", StringComparison.Ordinal) && !value.Contains('*', StringComparison.Ordinal);

    private static bool IsSha256Digest(string value) =>
        value.StartsWith("sha256:", StringComparison.Ordinal) && value.Length == "sha256:".Length + 64 && IsGitSha(value["sha256:".Length..]);

    private static bool IsSpiffeId(string value)
    {
        const string Scheme = "spiffe://";
        return value.StartsWith(Scheme, StringComparison.Ordinal) && IsPath(value[Scheme.Length..], 2, 32) && value.Length <= 2048;
    }

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
