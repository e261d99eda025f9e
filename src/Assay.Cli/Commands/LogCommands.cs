using System.CommandLine;
using Assay.Cli.Logs;
using Assay.Cli.Monitoring;
using Assay.Cli.Output;
using Assay.Cli.Registry;
using Assay.Npm;

namespace Assay.Cli.Commands;

/// <summary><c>assay log …</c></summary>
internal static class LogCommands
{
    private const int Connections = 8;

    public static Command Build(Surroundings around) => new("log", "A registry's transparency log") { Monitor(around), Show(around) };

    private static Command Monitor(Surroundings around)
    {
        var registries = new RegistryOptions();
        var full = new Option<bool>("--full") { Description = "Read every leaf, not only those that are new since the last time" };
        var follow = new Option<int?>("--follow") { Description = "Look again every so many seconds, until something is wrong", HelpName = "SECONDS" };
        var json = new Option<bool>("--json") { Description = "Print JSON, a line each time" };
        var command = new Command(
            "monitor",
            "Checks that the log only grows: signatures, one history with the last time, every new leaf. Example: assay log monitor --registry https://npm.acme.example/")
        {
            full, follow, json,
        };
        registries.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            if (parsed.GetValue(follow) is < 1 or > 604_800)
            {
                throw new CommandRefused(ExitCode.Usage, "--follow is 1 to 604800 seconds.");
            }
            var source = Source(registries, parsed, around);
            using var client = source.Registry;
            while (true)
            {
                var code = await LookAsync(source, parsed.GetValue(full), parsed.GetValue(json), around, isOnce: parsed.GetValue(follow) is null, stop);
                if (code is ExitCode.Refuted || parsed.GetValue(follow) is not { } seconds)
                {
                    return (int)code;
                }
                await Task.Delay(TimeSpan.FromSeconds(seconds), stop);
            }
        });
        return command;
    }

    private static Command Show(Surroundings around)
    {
        var registries = new RegistryOptions();
        var index = new Argument<long>("INDEX") { Description = "The leaf's number, from 0" };
        var package = new Option<string?>("--package") { Description = "The package it is about: shows what the leaf commits to, if you may see it", HelpName = "NAME" };
        var command = new Command("show", "Prints a leaf with its receipt, verified. Example: assay log show 41 --package @acme/x") { index, package };
        registries.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            PackageName? name = null;
            if (parsed.GetValue(index) < 0 || parsed.GetValue(package) is { } text && !PackageName.TryParse(text, out name))
            {
                throw new CommandRefused(ExitCode.Usage, "INDEX is a number from 0, --package the name of a package.");
            }
            var source = Source(registries, parsed, around);
            using var client = source.Registry;
            return (int)await LogShow.RunAsync(source, parsed.GetValue(index), name, around.Output, stop);
        });
        return command;
    }

    // One that follows outlives a registry that is restarted.
    private static async Task<ExitCode> LookAsync(
        LogSource source, bool full, bool asJson, Surroundings around, bool isOnce, CancellationToken cancellationToken)
    {
        try
        {
            var report = await LogMonitor.RunAsync(source, full, cancellationToken);
            if (asJson)
            {
                report.WriteJson(around.Output);
            }
            else
            {
                report.WriteText(around.Output);
            }
            return report.ExitCode;
        }
        catch (RegistryUnavailable unavailable) when (!isOnce)
        {
            around.Error.WriteLine($"assay: {PlainText.Of(unavailable.Message)}");
            return ExitCode.NotAsked;
        }
    }

    private static LogSource Source(RegistryOptions registries, ParseResult parsed, Surroundings around)
    {
        var map = registries.Registries(parsed, around);
        // Without a default, one scope's registry is meant as well.
        var url = map.Default ?? (map.Config.Registries.ToList() is [var only] ? only : null);
        return url is not null
            ? registries.Sources(parsed, map, Connections, around)(url)
            : throw new CommandRefused(ExitCode.Usage, "Which registry? Give --registry URL.");
    }
}
