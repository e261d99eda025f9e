using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Data;

/// <summary>Makes a new database, and refuses one of another format instead of changing it unasked.</summary>
internal static class DatabaseFormat
{
    /// <summary>Returns true when the database was made just now.</summary>
    /// <exception cref="StartRefused">The database is older, newer, or cannot be reached.</exception>
    public static async Task<bool> EnsureAsync(RegistryDb db, TimeProvider time, CancellationToken cancellationToken)
    {
        var known = db.Database.GetMigrations().ToList();
        var applied = await AppliedAsync(db, cancellationToken);
        if (applied.Count == 0)
        {
            await MigrateAsync(db, time, cancellationToken);
            return true;
        }
        return Refusal(known, applied) is { } refusal ? throw new StartRefused(refusal) : false;
    }

    /// <summary>Why data with these migrations is not opened; null when it may be.</summary>
    internal static string? Refusal(IReadOnlyCollection<string> known, IReadOnlyCollection<string> applied)
    {
        if (applied.Except(known).Any())
        {
            return "The data was made by a newer Assay than this one. Start that version, or restore a backup made by this one.";
        }
        return known.Except(applied).Any()
            ? "The data has an older format than this Assay needs. Make a backup, then run: ./run migrate"
            : null;
    }

    public static async Task MigrateAsync(RegistryDb db, TimeProvider time, CancellationToken cancellationToken)
    {
        await db.Database.MigrateAsync(cancellationToken);
        if (!await db.State.AnyAsync(cancellationToken))
        {
            db.State.Add(new RegistryStateRow { CreatedAt = time.GetUtcNow() });
            await db.SaveChangesAsync(cancellationToken);
        }
    }

    private static async Task<List<string>> AppliedAsync(RegistryDb db, CancellationToken cancellationToken)
    {
        try
        {
            return [.. await db.Database.GetAppliedMigrationsAsync(cancellationToken)];
        }
        catch (Exception failure) when (failure is System.Data.Common.DbException)
        {
            throw new StartRefused($"Cannot open the database: {failure.Message}");
        }
    }
}
