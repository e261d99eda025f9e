namespace Assay.Server.Data;

/// <summary>A reason not to start that the operator can act on: one line, no stack trace, a non-zero exit.</summary>
internal sealed class StartRefused(string message) : Exception(message)
{
    /// <summary>Another process has what this one needs; it may be done soon.</summary>
    public bool MayPass { get; init; }
}
