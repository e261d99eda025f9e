namespace Assay.Trust.Tokens;

/// <summary>Reads <c>owner/name/.github/workflows/file@ref</c>.</summary>
internal static class GitHubWorkflow
{
    private const string Directory = ".github/workflows/";

    /// <summary>The file that started the run, in the token's own repository at the token's own ref, or null.</summary>
    public static string? File(string? value, string? repository, string? gitRef, string? sha) =>
        WorkflowReference.Path(value, repository, gitRef, sha, Directory)?[Directory.Length..];

    /// <summary>
    /// <c>none</c> when the job is written in the workflow itself, <c>same-repository</c> when it is called from the same commit,
    /// else the whole reference. The same repository at another ref is a foreign file: who may move that ref is another question.
    /// </summary>
    public static string? Callee(string? value, string? caller, string? repository, string? gitRef, string? sha)
    {
        if (!Peel.IsSound(value))
        {
            return null;
        }
        if (value == caller)
        {
            return "none";
        }
        var isLocal = File(value, repository, gitRef, sha) is not null || File(value, repository, sha, null) is not null;
        return isLocal ? "same-repository" : IsReference(value!) ? value : null;
    }

    /// <summary>Whole references only: a value that read like one of the two words above would pass for it.</summary>
    private static bool IsReference(string value)
    {
        var directory = value.IndexOf("/" + Directory, StringComparison.Ordinal);
        return directory > 0 && value.IndexOf('@', directory) > directory;
    }
}
