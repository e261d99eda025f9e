namespace Assay.Trust.Linting;

/// <summary>A workflow or pipeline file as it stands in a repository.</summary>
/// <param name="Path">Its path from the repository's root.</param>
/// <param name="Text">Its content.</param>
public sealed record LintFile(string Path, string Text);
