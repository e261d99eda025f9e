using System.Security.Cryptography;
using Assay.Server.Data;
using Assay.Server.Operations;
using Assay.Server.Tests.Fixtures;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Assay.Server.Tests.Operations;

/// <summary>A backup of an older Assay is unpacked as it is, migrated by hand, and seen to by the first start after that.</summary>
public sealed class OlderFormatTests
{
    [Fact]
    public async Task It_waits_for_migrate_and_the_first_start_ends_its_tokens()
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder);

        var output = await Operator.RestoredAsync(folder.In("old.tar"), folder.In("restored"));
        var early = await ServerProgram.RunAsync(["admin", "key", "list", "--data", folder.In("restored")]);
        var migrated = await ServerProgram.RunAsync(["migrate", "--data", folder.In("restored")]);

        Assert.Contains($"older format than this Assay needs. Run: ./run migrate --data {folder.In("restored")}", output, StringComparison.Ordinal);
        Assert.Contains("./run migrate", early.Error, StringComparison.Ordinal);
        Assert.Equal((0, ""), (migrated.ExitCode, migrated.Error));
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.In("restored"));
        Assert.NotNull(await app.ReadAsync(db => db.State.Select(row => row.RestoredAt).SingleAsync()));
        Assert.Equal(1, await app.ReadAsync(db => db.AuditEvents.CountAsync(row => row.Action == "registry.restored")));
        Assert.Contains(await app.ReadAsync(db => db.AccessTokens.ToListAsync()), row => row.RevokedAt is not null);
    }

    /// <summary>As the version before this one would have written it.</summary>
    private static async Task WriteAsync(TemporaryFolder folder)
    {
        var source = RegistryDbSource.Sqlite(folder.In("registry.db"));
        IReadOnlyList<string> migrations;
        await using (var db = source.OpenForWriting())
        {
            await db.GetService<IMigrator>().MigrateAsync("Transparency");
            migrations = [.. await db.Database.GetAppliedMigrationsAsync()];
            await db.Database.ExecuteSqlRawAsync("""
                INSERT INTO "State" ("Id", "Revision", "CreatedAt") VALUES (1, 0, 1);
                INSERT INTO "People" ("Id", "Name", "Email", "PasswordHash", "IsAdministrator", "CreatedAt") VALUES (1, 'alice', 'a@example.test', 'x', 1, 1);
                INSERT INTO "AccessTokens" ("Key", "PersonId", "Name", "Hash", "Hint", "IsReadOnly", "AllowedAddresses", "CreatedAt", "ExpiresAt")
                VALUES ('k', 1, 'n', X'00', 'h', 0, '', 1, 99999999999999);
                PRAGMA wal_checkpoint(TRUNCATE);
                """);
        }
        SqliteConnection.ClearAllPools();
        var database = await File.ReadAllBytesAsync(folder.In("registry.db"));
        await using var file = File.Create(folder.In("old.tar"));
        await using var digests = DigestList.In(folder.Path);
        var writer = new ArchiveWriter(file, digests);
        await writer.AppendAsync("backup.json", Description(migrations, database).ToStream(), CancellationToken.None);
        await writer.AppendAsync("registry.db", new MemoryStream(database), CancellationToken.None);
        await writer.FinishAsync(CancellationToken.None);
    }

    private static BackupDescription Description(IReadOnlyList<string> migrations, byte[] database) => new()
    {
        CreatedAt = DateTimeOffset.UnixEpoch,
        Migrations = migrations,
        Database = Convert.ToHexStringLower(SHA256.HashData(database)),
        Mark = new LogMark("npm.acme.example", 0, ""),
        Checkpoint = "",
    };
}
