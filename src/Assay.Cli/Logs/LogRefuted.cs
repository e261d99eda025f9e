namespace Assay.Cli.Logs;

/// <summary>The log contradicts itself, or what it showed before. This is what the log is there to make visible.</summary>
internal sealed class LogRefuted(string text) : Exception(text);
