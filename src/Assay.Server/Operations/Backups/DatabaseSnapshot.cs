using System.Security.Cryptography;
using System.Text;
using Assay.Server.Data;
using Assay.Server.Transparency;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Operations;

/// <summary>The database as of one moment, in a file of its own.</summary>
internal sealed class DatabaseSnapshot(string file)
{
    private readonly RegistryDbSource copy = RegistryDbSource.SqliteCopy(file);

    public string File => file;

    public RegistryDb Open() => copy.Open();

    /// <summary>Copies what a reader sees now; writers go on meanwhile.</summary>
    public static async Task<DatabaseSnapshot> TakeAsync(RegistryDbSource source, string file, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        await db.Database.ExecuteSqlAsync($"VACUUM INTO {file}", cancellationToken);
        return new DatabaseSnapshot(file);
    }

    public async Task<BackupDescription> DescribeAsync(LogReading log, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var db = Open();
        var newest = await LogReading.NewestAsync(db, cancellationToken);
        var head = (await log.VerifiedAsync(newest, cancellationToken)).Head;
        return new BackupDescription
        {
            CreatedAt = time.GetUtcNow(),
            Migrations = [.. await db.Database.GetAppliedMigrationsAsync(cancellationToken)],
            Database = await DigestAsync(cancellationToken),
            Mark = new LogMark(head.Origin, head.Size, head.Root.ToString()),
            Checkpoint = Encoding.UTF8.GetString(newest.Note),
        };
    }

    private async Task<string> DigestAsync(CancellationToken cancellationToken)
    {
        await using var bytes = System.IO.File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellationToken));
    }
}
