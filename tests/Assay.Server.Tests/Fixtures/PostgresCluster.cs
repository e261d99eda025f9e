using System.Collections.Concurrent;
using System.Diagnostics;
using Assay.Server.Tests.Fixtures;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresCluster))]

namespace Assay.Server.Tests.Fixtures;

/// <summary>
/// A private PostgreSQL cluster of this test run, started by the first test that asks for a database: random port, no password, no fsync.
/// A shell watches over it: when this process ends, however it ends, the shell stops the cluster and removes its folder.
/// </summary>
public sealed class PostgresCluster : IAsyncLifetime
{
    // $1 programs, $2 folder, $3 port. Standard input stays open as long as the tests live.
    private const string Watch = """
        set -e
        trap 'kill -INT "$pid" 2>/dev/null || true; wait; rm -rf "$2"' EXIT
        "$1/initdb" -D "$2/data" -U app -A trust -E UTF8 --no-locale --no-sync >"$2/log" 2>&1
        "$1/postgres" -D "$2/data" -p "$3" -k "$2" -c listen_addresses=127.0.0.1 -c max_connections=300 \
          -c fsync=off -c synchronous_commit=off -c full_page_writes=off >>"$2/log" 2>&1 </dev/null &
        pid=$!
        read -r _ || true
        """;

    private readonly Lazy<Task<string>> started;
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> templates = new();
    private Process? watcher;
    private int databases;

    public PostgresCluster() => started = new Lazy<Task<string>>(StartAsync);

    /// <summary>A new, empty database; answers its connection string.</summary>
    public async Task<string> CreateDatabaseAsync() => await CreateAsync($"test_{Interlocked.Increment(ref databases)}", template: "template1");

    /// <summary>A copy of a template that <paramref name="prepare"/> fills (with migrations, say) once a run.</summary>
    public async Task<string> CreateDatabaseFromTemplateAsync(string template, Func<string, Task> prepare)
    {
        var source = await templates.GetOrAdd(template, name => new Lazy<Task<string>>(() => PrepareAsync(name, prepare))).Value;

        return await CreateAsync($"test_{Interlocked.Increment(ref databases)}", source);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (watcher is null)
        {
            return;
        }

        NpgsqlConnection.ClearAllPools();
        watcher.StandardInput.Close();
        await watcher.WaitForExitAsync();
        watcher.Dispose();
    }

    private async Task<string> PrepareAsync(string name, Func<string, Task> prepare)
    {
        var database = $"template_{name}";
        var connection = await CreateAsync(database, template: "template1");
        // A template with an open connection cannot be copied, so none may stay behind in a pool.
        await prepare(connection + ";Pooling=false");

        return database;
    }

    private async Task<string> CreateAsync(string database, string template)
    {
        var server = await started.Value;
        await using var connection = new NpgsqlConnection($"{server};Database=postgres;Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create database \"{database}\" template \"{template}\"", connection);
        await command.ExecuteNonQueryAsync();

        // Each database has a pool of its own that outlives its test; with the usual 300 s of idling, hundreds of tests would fill the cluster.
        return $"{server};Database={database};Connection Idle Lifetime=10;Connection Pruning Interval=2";
    }

    private async Task<string> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("assay-postgres-").FullName;
        var port = FreePort.Next();
        watcher = Process.Start(Describe(Programs(), folder, port))!;
        var server = $"Host=127.0.0.1;Port={port};Username=app;Include Error Detail=true";
        var began = Stopwatch.GetTimestamp();

        while (!await AnswersAsync(server))
        {
            if (watcher.HasExited || Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(90))
            {
                throw new InvalidOperationException($"PostgreSQL does not start in {folder}: {await LogAsync(folder)}");
            }

            await Task.Delay(50);
        }

        return server;
    }

    private static async Task<bool> AnswersAsync(string server)
    {
        try
        {
            await using var connection = new NpgsqlConnection($"{server};Database=postgres;Pooling=false;Timeout=5");
            await connection.OpenAsync();

            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static ProcessStartInfo Describe(string programs, string folder, int port)
    {
        // initdb and postgres refuse to run as root; Debian's package brings a user for them.
        string[] asPostgres = Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]
            : [];
        string[] command = [.. asPostgres, "sh", "-c", Watch, "sh", programs, folder, port.ToString()];

        if (Environment.IsPrivilegedProcess)
        {
            using var chown = Process.Start("chown", ["postgres", folder]);
            chown.WaitForExit();
        }

        return new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            WorkingDirectory = folder,
            Environment = { ["LC_ALL"] = "C", ["HOME"] = folder },
        };
    }

    private static string Programs() =>
        (Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [])
            .Select(version => Path.Combine(version, "bin"))
            .Where(programs => File.Exists(Path.Combine(programs, "initdb")))
            .OrderByDescending(programs => programs, StringComparer.Ordinal)
            .FirstOrDefault()
        ?? throw new InvalidOperationException("The tests need PostgreSQL: install the Debian package postgresql (apt-get install postgresql).");

    private static async Task<string> LogAsync(string folder)
    {
        var log = Path.Combine(folder, "log");

        return File.Exists(log) ? await File.ReadAllTextAsync(log) : "no log";
    }
}
