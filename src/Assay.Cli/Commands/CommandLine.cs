using System.CommandLine;
using System.CommandLine.Help;
using Assay.Cli.Logs;
using Assay.Cli.Output;
using Assay.Cli.Registry;

namespace Assay.Cli.Commands;

/// <summary>The program's commands, and the one place where what they throw becomes an exit code.</summary>
internal static class CommandLine
{
    // Scopes begin with '@', which the library would otherwise take for a file to read arguments from.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    public static async Task<ExitCode> RunAsync(string[] arguments, Surroundings around)
    {
        try
        {
            var parsed = Build(around).Parse(arguments, Parsing);
            if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
            {
                throw new CommandRefused(ExitCode.Usage, $"{string.Join(' ', parsed.Errors.Select(error => error.Message))} See assay --help.");
            }
            return (ExitCode)await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                Output = around.Output,
                Error = around.Error,
            });
        }
        catch (CommandRefused refused)
        {
            return Say(around, refused.Code, refused.Message);
        }
        catch (RegistryUnavailable unavailable)
        {
            return Say(around, ExitCode.NotAsked, unavailable.Message);
        }
        catch (Exception exception) when (exception is LogRefuted or AnswerRefused)
        {
            return Say(around, ExitCode.Refuted, $"NOT VERIFIED: {exception.Message}");
        }
        catch (OperationCanceledException)
        {
            return Say(around, ExitCode.NotAsked, "stopped");
        }
    }

    private static RootCommand Build(Surroundings around) => new(
        "Verifies packages of an Assay registry: who signed what, and that everybody is shown the same log; reports them. "
        + "Exit codes: 0 all good, 1 something does not verify, 2 wrong usage, 3 the registry could not be asked.")
    {
        new VerifyCommand().Build(around),
        LogCommands.Build(around),
        new ReportCommand().Build(around),
    };

    private static ExitCode Say(Surroundings around, ExitCode code, string text)
    {
        around.Error.WriteLine($"assay: {string.Join('\n', text.Split('\n').Select(PlainText.Of))}");
        return code;
    }
}
