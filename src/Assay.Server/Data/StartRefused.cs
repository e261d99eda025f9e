namespace Assay.Server.Data;

/// <summary>A reason not to start that the operator can act on: one line, no stack trace, a non-zero exit.</summary>
internal class StartRefused(string message) : Exception(message);

/// <summary>Another process has the data directory.</summary>
internal sealed class DataDirectoryInUse(string message) : StartRefused(message);
