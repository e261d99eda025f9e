using Microsoft.Data.Sqlite;

namespace Assay.EndToEnd.Harness;

/// <summary>The database of a registry as it was at a moment.</summary>
internal sealed class DatabaseCopy
{
    private readonly string file;

    private DatabaseCopy(string file) => this.file = file;

    /// <summary>Of a registry that is stopped.</summary>
    public static DatabaseCopy Of(World world, TemporaryFolder folder)
    {
        var copy = new DatabaseCopy(Path.Combine(folder.Path, "registry.db"));
        File.Copy(FileOf(world), copy.file, overwrite: true);
        return copy;
    }

    /// <summary>As an operator restores a backup.</summary>
    public async Task RestoreAsync(World world)
    {
        await world.Server.StopAsync();
        foreach (var rest in Directory.EnumerateFiles(world.Server.Data, "registry.db*"))
        {
            File.Delete(rest);
        }
        File.Copy(file, FileOf(world));
        await world.RestartAsync();
    }

    /// <summary>What somebody with access to the machine does to a registry that is stopped: one row becomes another.</summary>
    public static async Task ChangeAsync(World world, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={FileOf(world)};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
    }

    private static string FileOf(World world) => Path.Combine(world.Server.Data, "registry.db");
}
