using Assay.Trust.Providers;

namespace Assay.Trust.Tokens;

/// <summary>Reads <c>owner/name/directory/file@ref</c>, the form that GitHub's and its relatives' runners share.</summary>
internal static class WorkflowReference
{
    /// <summary>The path of the file that started the run, in the token's own repository at the token's own ref, or null.</summary>
    public static string? Path(string? value, string? repository, string? gitRef, string? sha, params IReadOnlyList<string> directories)
    {
        // A deployment made from a commit has no ref; then the commit stands in its place.
        var tail = gitRef ?? sha;
        if (repository is null || tail is null || !Peel.IsSound(value))
        {
            return null;
        }
        var path = Peel.HeadIgnoringAsciiCase(Peel.Tail(value, "@" + tail), repository + "/") ?? "";
        return directories.Any(directory => IsFileOf(directory, path)) ? path : null;
    }

    private static bool IsFileOf(string directory, string path) =>
        path.StartsWith(directory, StringComparison.Ordinal) && ValueFormats.IsWorkflowFile(path[directory.Length..]);
}
