using System.CommandLine;
using Assay.Server.Operations;
using Assay.Server.Signing;
using Microsoft.Extensions.Options;

namespace Assay.Server.Hosting.Commands;

/// <summary><c>restore</c>: into an empty data directory, without a server.</summary>
internal static class RestoreCommand
{
    public static Command Restore(Option<string> data)
    {
        var file = new Argument<string>("file") { Description = "The backup" };
        var checkpoint = new Option<string?>("--log-checkpoint")
        {
            Description = "A file with the last checkpoint that the log signed. When the backup has all of its leaves, the log keeps its name",
        };
        var restore = new Command("restore", "Makes a registry of a backup, in an empty data directory (--data); ends all tokens") { file, checkpoint };
        restore.SetAction((parsed, stop) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(data)!, parsed.GetValue(checkpoint), stop));
        return restore;
    }

    private static async Task<int> RunAsync(string file, string directory, string? checkpoint, CancellationToken cancellationToken)
    {
        directory = Path.GetFullPath(directory);
        var unpacked = await UnpackAsync(file, directory, checkpoint, cancellationToken);
        Console.WriteLine($"Restored into {directory}: the database as of {unpacked.Description.CreatedAt:u} and {unpacked.Blobs:N0} blobs, each with its digest.");
        foreach (var missing in unpacked.Missing)
        {
            Console.WriteLine($"Its bytes were damaged or gone when the backup was made: {missing}");
        }
        // What is there is restored all the same; whoever looks at exit codes must learn that it is not all.
        var exitCode = unpacked.Missing.Count == 0 ? 0 : 1;
        if (unpacked.IsOlderFormat)
        {
            Console.WriteLine($"The backup has an older format than this Assay needs. Run: ./run migrate --data {directory}");
            Console.WriteLine("The first start after that ends all tokens and sees to the log before it serves anything.");
            return exitCode;
        }
        await FinishAsync(directory, cancellationToken);
        return exitCode;
    }

    private static async Task<UnpackedBackup> UnpackAsync(string file, string directory, string? checkpoint, CancellationToken cancellationToken)
    {
        using var bar = new ProgressBar();
        return await UnpackBackup.RunAsync(file, directory, checkpoint, bar, cancellationToken);
    }

    private static async Task FinishAsync(string directory, CancellationToken cancellationToken)
    {
        await using var app = RegistryHost.Build(new StartSettings(directory, null, []) { AdminOnly = true });
        var keys = Path.GetFullPath(app.Services.GetRequiredService<IOptions<SigningOptions>>().Value.KeysDirectory, directory);
        if (keys != Path.Combine(directory, "keys") && Directory.Exists(Path.Combine(directory, "keys")))
        {
            Console.WriteLine($"The private keys were restored to {Path.Combine(directory, "keys")}, and Assay:Signing:KeysDirectory says {keys}: move them there, or change the setting.");
            Console.WriteLine("The first start after that ends all tokens and sees to the log before it serves anything.");
            return;
        }
        foreach (var line in await Serve.PrepareAsync(app, cancellationToken))
        {
            Console.WriteLine(line);
        }
        Console.WriteLine($"Next: ./run --data {directory}, and ./run verify --data {directory}");
    }
}
