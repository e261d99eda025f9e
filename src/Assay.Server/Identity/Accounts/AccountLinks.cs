using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>Links of a person that do one thing, once.</summary>
internal static class AccountLinks
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    public static async Task<AccountLinkRow> AddAsync(
        Commit commit, PersonRow person, AccountLinkPurpose purpose, string email, TimeSpan life, CancellationToken cancellationToken)
    {
        // One that is over is remembered for a day: it counts for how often somebody asked.
        var before = commit.Now - Kept;
        await commit.Db.AccountLinks.Where(row => row.ExpiresAt < before).ExecuteDeleteAsync(cancellationToken);
        var row = new AccountLinkRow { PersonId = person.Id, Purpose = purpose, Email = email, CreatedAt = commit.Now, ExpiresAt = commit.Now + life };
        commit.Db.AccountLinks.Add(row);
        await commit.Db.SaveChangesAsync(cancellationToken);
        return row;
    }

    public static Task<int> EndAsync(Commit commit, long personId, AccountLinkPurpose purpose, CancellationToken cancellationToken) => commit.Db.AccountLinks
        .Where(row => row.PersonId == personId && row.Purpose == purpose && row.EndedAt == null)
        .ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, commit.Now), cancellationToken);

    /// <summary>Null when there is no such link, it was used or replaced, it is too old, or its person is disabled.</summary>
    public static async Task<(AccountLinkRow Link, PersonRow Person)?> FindAsync(
        RegistryDb db, string capability, AccountLinkPurpose purpose, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var hash = Capability.Hash(capability);
        var found = await db.AccountLinks
            .Where(row => row.Hash == hash && row.Purpose == purpose && row.EndedAt == null && row.ExpiresAt >= now)
            .Join(db.People.Where(person => person.DisabledAt == null), row => row.PersonId, person => person.Id, (row, person) => new { row, person })
            .SingleOrDefaultAsync(cancellationToken);
        return found is null ? null : (found.row, found.person);
    }
}
