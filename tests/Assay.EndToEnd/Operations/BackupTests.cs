using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Operations;

/// <summary>The last resort, as an operator goes there: a backup of a busy registry, its machine gone, a new one from the file.</summary>
public sealed class BackupTests
{
    private const int Quiet = 10;
    private const int Busy = 100;
    private const int AcknowledgedBefore = 25;
    private const int LargeTogether = 24;
    private const int Attempts = 4;

    [Fact]
    public async Task After_a_backup_among_100_publishes_and_kill_9_all_that_was_acknowledged_before_is_restored_byte_for_byte()
    {
        await using var world = await World.StartAsync();
        using var elsewhere = new TemporaryFolder();
        var file = Path.Combine(elsewhere.Path, "registry.tar");
        var quiet = Packages("quiet", Quiet);
        await Task.WhenAll(quiet.Select(package => PublishAsync(world, package)));
        var before = await ReadAsync(world, quiet);

        var acknowledged = await BackUpAmongAsync(world, Packages("busy", Busy), file);
        await world.Server.KillAsync();
        var restored = elsewhere.Sub("data");
        (await RestoreAsync(file, restored)).ShouldSucceed();

        await using var server = await ServerProcess.StartAsync(restored, world.Server.Url);
        using var http = new RegistryClient(server.Url);
        Assert.False(await http.KnowsAsync(world.MemberToken));
        var token = await http.SignInAsync(World.Member, World.PasswordOf(World.Member));
        Assert.Equal(before, await ReadAsync(http, token, quiet));
        foreach (var package in acknowledged)
        {
            Assert.Equal(package.Tarball, await http.DownloadAsync(package.TarballPath, token));
        }
        var verified = (await server.RunAsync("verify")).ShouldSucceed();
        Assert.Contains("no fault", verified.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_whose_server_was_killed_goes_on_where_it_stopped()
    {
        await using var world = await World.StartAsync();
        using var elsewhere = new TemporaryFolder();
        var (file, published, first) = await InterruptedAsync(world, elsewhere.Path);
        await world.RestartAsync();
        var second = (await world.Server.RunAsync("backup", file)).ShouldSucceed();

        Assert.Equal(1, first.ExitCode);
        Assert.Contains("an earlier run began it", second.Output, StringComparison.Ordinal);
        Assert.Contains($"{published} blobs", second.Output, StringComparison.Ordinal);
        (await RestoreAsync(file, elsewhere.Sub("data"))).ShouldSucceed();
    }

    // A fast machine may be done before it is killed: then again, with more to do.
    private static async Task<(string File, int Published, Finished First)> InterruptedAsync(World world, string folder)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            foreach (var package in Packages($"large{attempt}", attempt * LargeTogether, ballast: 4_000_000))
            {
                await PublishAsync(world, package);
            }
            var file = Path.Combine(folder, $"registry{attempt}.tar");
            var backup = world.Server.RunAsync("backup", file);
            await Until.TrueAsync(() => Task.FromResult(backup.IsCompleted || IsUnderWay(file)), "the backup is under way");
            if (!backup.IsCompleted)
            {
                await world.Server.KillAsync();
                if (await backup is { ExitCode: not 0 } first)
                {
                    return (file, LargeTogether * attempt * (attempt + 1) / 2, first);
                }
                await world.RestartAsync();
            }
        }
        throw new InvalidOperationException($"{Attempts} backups were done before they could be interrupted.");
    }

    private static bool IsUnderWay(string file)
    {
        var part = new FileInfo(file + ".part");
        return part.Exists && part.Length > 10_000_000;
    }

    /// <summary>Sends all at once, backs up when some are acknowledged, and answers those.</summary>
    private static async Task<IReadOnlyList<Published>> BackUpAmongAsync(World world, IReadOnlyList<Published> packages, string file)
    {
        var acknowledged = new System.Collections.Concurrent.ConcurrentQueue<Published>();
        using var turns = new SemaphoreSlim(8);
        var publishing = Task.WhenAll(packages.Select(async package =>
        {
            await turns.WaitAsync();
            await PublishAsync(world, package);
            acknowledged.Enqueue(package);
            turns.Release();
        }));
        await Until.TrueAsync(() => Task.FromResult(acknowledged.Count >= AcknowledgedBefore), "some are acknowledged");
        var before = acknowledged.ToList();
        (await world.Server.RunAsync("backup", file)).ShouldSucceed();
        await publishing;

        return before;
    }

    private static Task<Finished> RestoreAsync(string file, string directory) =>
        Command.RunAsync("dotnet", [Checkout.ServerAssembly, "restore", file, "--data", directory], directory);

    private static async Task PublishAsync(World world, Published package)
    {
        using var answer = await world.Http.PublishAsync(package.Package, package.Tarball, world.MemberToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static Task<Dictionary<string, byte[]>> ReadAsync(World world, IReadOnlyList<Published> packages) => ReadAsync(world.Http, world.MemberToken, packages);

    private static async Task<Dictionary<string, byte[]>> ReadAsync(RegistryClient http, string token, IReadOnlyList<Published> packages)
    {
        var read = new Dictionary<string, byte[]>();
        foreach (var path in packages.SelectMany(package => new[] { RegistryClient.Escape(package.Package.Name), package.TarballPath }).Append("-/npm/v1/keys"))
        {
            read[path] = await http.DownloadAsync(path, token);
        }

        return read;
    }

    private static List<Published> Packages(string name, int count, int ballast = 20_000) => [.. Enumerable.Range(0, count)
        .Select(number => new SamplePackage($"@acme/{name}-{number}", "1.0.0") { Ballast = ballast })
        .Select(package => new Published(package, package.ToTarball()))];

    private sealed record Published(SamplePackage Package, byte[] Tarball)
    {
        public string TarballPath => $"{Package.Name}/-/{Package.Name.Split('/')[1]}-{Package.Version}.tgz";
    }
}
