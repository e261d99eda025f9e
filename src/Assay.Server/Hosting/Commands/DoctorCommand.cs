using System.CommandLine;
using System.Data.Common;
using System.Security.Cryptography;
using Assay.Server.Data;

namespace Assay.Server.Hosting.Commands;

/// <summary><c>./run doctor</c>: what works, what does not, and what to do. A start that is refused is a finding like any other.</summary>
internal static class DoctorCommand
{
    public static Command Doctor(Option<string> data)
    {
        var command = new Command("doctor", "Looks at configuration, storage, keys, clock and issuers, and says what to do; fails when something does not work");
        command.SetAction((parsed, stop) => RunAsync(new StartSettings(Path.GetFullPath(parsed.GetValue(data)!), null, []), stop));
        return command;
    }

    private static async Task<int> RunAsync(StartSettings settings, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(settings.DataDirectory))
        {
            return Print(Finding.Failed($"There is no data directory {settings.DataDirectory}", "Choose one with --data, or make it by a first start: ./run"));
        }
        var configuration = await ConfigurationAsync(settings);
        Print(configuration);
        return configuration.Level is FindingLevel.Failed ? Alone(settings) : await AskAsync(settings, cancellationToken);
    }

    /// <summary>As the next start would see it, also beside a server that runs: all of it is read before the data directory is taken.</summary>
    private static async Task<Finding> ConfigurationAsync(StartSettings settings)
    {
        try
        {
            await using var app = RegistryHost.Build(settings with { AdminOnly = true });
        }
        catch (DataDirectoryInUse)
        {
            // A server runs, or another command: what follows asks it.
        }
        catch (StartRefused refused)
        {
            return Refused(refused);
        }
        return Finding.Ok("Every key of the configuration is known, and its value can be used");
    }

    private static async Task<int> AskAsync(StartSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            return await AdminClient.RunAsync(settings, "/doctor", [], cancellationToken);
        }
        catch (Exception failure) when (failure is StartRefused or DbException or IOException or UnauthorizedAccessException or CryptographicException or InvalidOperationException)
        {
            Print(Refused(failure));
            return Alone(settings);
        }
    }

    // What can be seen without a server.
    private static int Alone(StartSettings settings)
    {
        foreach (var finding in DataDirectoryCheck.Look(settings.DataDirectory, new DoctorOptions()))
        {
            Print(finding);
        }
        return 1;
    }

    private static Finding Refused(Exception failure) => Finding.Failed($"The server does not start: {failure.Message}", "Mend that first, and ask again");

    private static int Print(Finding finding)
    {
        Console.WriteLine(finding);
        return finding.Level is FindingLevel.Failed ? 1 : 0;
    }
}
