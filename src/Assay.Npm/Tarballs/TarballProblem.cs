namespace Assay.Npm;

/// <summary>Why a tarball is refused: a stable code in kebab-case, and a text for the publisher that names the entry.</summary>
public sealed record TarballProblem(string Code, string Text);
