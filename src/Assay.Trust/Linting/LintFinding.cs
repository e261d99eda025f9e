namespace Assay.Trust.Linting;

/// <summary>How sure it is that the publish fails.</summary>
public enum LintSeverity
{
    /// <summary>It fails for some runs, or depends on what the file does not show.</summary>
    Warning,

    /// <summary>It fails.</summary>
    Error,
}

/// <summary>
/// Something in the file that keeps a run from publishing, or is left over from publishing with a token. Where the registry would refuse,
/// the code is the refusal's.
/// </summary>
/// <param name="Code">A stable code.</param>
/// <param name="Severity">Whether it fails, or may.</param>
/// <param name="Where">The job and line, in words.</param>
/// <param name="Text">What is wrong, in a sentence.</param>
/// <param name="Fix">What to write instead.</param>
public sealed record LintFinding(string Code, LintSeverity Severity, string Where, string Text, string Fix);
