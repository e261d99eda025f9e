using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// Keeps the attempts within their days and caps. Where there are too many, the oldest ones of strangers go first: they chose how many there are.
/// </summary>
internal sealed class TrimAttempts(CommitQueue commits, RegistryDbSource source, IOptions<TrustedPublishingOptions> options)
{
    // A commit holds up every other writer, so none of these is long.
    private const int Batch = 1000;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await DeleteAsync(Expired, cap: 0, cancellationToken);
        foreach (var package in await FullPackagesAsync(cancellationToken))
        {
            await DeleteAsync((db, _) => db.ExchangeAttempts.Where(row => row.PackageName == package), options.Value.AttemptsPerPackage, cancellationToken);
        }
        await DeleteAsync((db, _) => db.ExchangeAttempts, options.Value.AttemptsInAll, cancellationToken);
    }

    private IQueryable<ExchangeAttemptRow> Expired(RegistryDb db, DateTimeOffset now)
    {
        var before = now.AddDays(-options.Value.AttemptDays);
        return db.ExchangeAttempts.Where(row => row.At < before);
    }

    private async Task<List<string>> FullPackagesAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await db.ExchangeAttempts.GroupBy(row => row.PackageName)
            .Where(group => group.Count() > options.Value.AttemptsPerPackage).Select(group => group.Key).ToListAsync(cancellationToken);
    }

    /// <summary>Deletes until no more than the cap is left. Counted in each commit anew: another node may be at the same.</summary>
    private async Task DeleteAsync(
        Func<RegistryDb, DateTimeOffset, IQueryable<ExchangeAttemptRow>> rows, int cap, CancellationToken cancellationToken)
    {
        int deleted;
        do
        {
            deleted = await commits.RunAsync(async (commit, stop) =>
            {
                var excess = await rows(commit.Db, commit.Now).CountAsync(stop) - cap;
                var worst = rows(commit.Db, commit.Now).OrderBy(row => row.IsKnownProject).ThenBy(row => row.Id).Select(row => row.Id).Take(Math.Clamp(excess, 0, Batch));
                return excess > 0 ? await commit.Db.ExchangeAttempts.Where(row => worst.Contains(row.Id)).ExecuteDeleteAsync(stop) : 0;
            }, cancellationToken);
        }
        while (deleted == Batch);
    }
}
