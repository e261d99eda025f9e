namespace Assay.Cli.Output;

/// <summary>Ends the command with a text for whoever called it. It is caught once, where commands begin.</summary>
internal sealed class CommandRefused(ExitCode code, string text) : Exception(text)
{
    public ExitCode Code { get; } = code;
}
