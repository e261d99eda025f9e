namespace Assay.Trust.Linting.Files;

/// <summary>The file as the systems' linters see it.</summary>
internal sealed class LintedFile(string path, IReadOnlyList<WorkflowNode> documents)
{
    private const int MaximumPath = 1024;

    private static readonly WorkflowNode Nothing = WorkflowNode.OfMembers(1, []);

    /// <summary>The path as the repository spells it.</summary>
    public string Path { get; } = FromRoot(path.Length > MaximumPath ? path[..MaximumPath] : path);

    public WorkflowNode First => documents is [var first, ..] ? first : Nothing;

    /// <summary>The content, where a first document may describe the file itself (GitLab's <c>spec:</c>).</summary>
    public WorkflowNode Last => documents is [.., var last] ? last : Nothing;

    private static string FromRoot(string path) => path.StartsWith("./", StringComparison.Ordinal) ? FromRoot(path[2..])
        : path.StartsWith('/') ? FromRoot(path[1..])
        : path;
}
