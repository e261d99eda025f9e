using Assay.Server.Audit;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>
/// Records, once an hour, which tokens come to their end: some days before, and the day before, each once. The owner's mail follows from the record. Sign-ins are left
/// out, since they are renewed by signing in; so is a token that was made for less time than that.
/// </summary>
internal sealed class MailEndingTokens(
    CommitQueue commits, IOptions<IdentityOptions> options, TimeProvider time, ILogger<MailEndingTokens> logger) : RegularWork(TimeSpan.FromHours(1), time, logger)
{
    private const int MostAtOnce = 500;

    private static readonly Actor Registry = new("registry", "");

    protected override Task DoAsync(CancellationToken cancellationToken) => RunAsync(cancellationToken);

    /// <summary>How many owners are told.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var told = 0;
        // The nearer end first: who is told that a token ends tomorrow need not be told that it ends this week.
        foreach (var days in new[] { 1, options.Value.TokenEndMailDays }.Distinct())
        {
            told += await commits.RunAsync((commit, stop) => RecordAsync(commit, days, stop), cancellationToken);
        }
        return told;
    }

    private static async Task<int> RecordAsync(Commit commit, int days, CancellationToken cancellationToken)
    {
        var until = commit.Now.AddDays(days);
        var ending = await commit.Db.AccessTokens.AsTracking()
            .Where(row => row.RevokedAt == null && !row.IsSignIn && row.ExpiresAt > commit.Now && row.ExpiresAt <= until)
            .Where(row => row.WarnedDaysBefore == null || row.WarnedDaysBefore > days)
            .OrderBy(row => row.ExpiresAt)
            .Take(MostAtOnce)
            .ToListAsync(cancellationToken);
        foreach (var row in ending)
        {
            row.WarnedDaysBefore = days;
            if (row.ExpiresAt.AddDays(-days) > row.CreatedAt)
            {
                commit.Record(Registry, "token.ending", row.Key, $"{row.Name}: ends at {row.ExpiresAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
            }
        }
        return ending.Count;
    }
}
