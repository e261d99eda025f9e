using System.Security.Cryptography;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>A person who is signed in with a browser.</summary>
/// <param name="Key">The public handle.</param>
/// <param name="PersonId">Who it is.</param>
/// <param name="PersonName">By name.</param>
/// <param name="Since">When they signed in.</param>
/// <param name="FormToken">What a form of this session carries, and no page of anybody else can.</param>
internal sealed record WebSession(string Key, long PersonId, string PersonName, DateTimeOffset Since, string FormToken)
{
    public bool IsFormToken(string given) =>
        CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(FormToken), System.Text.Encoding.UTF8.GetBytes(given));
}

/// <summary>Sessions of browsers: an opaque random value in a cookie, its hash here.</summary>
internal sealed class WebSessions(RegistryDbSource source, CommitQueue commits, IOptions<IdentityOptions> options, TimeProvider time)
{
    private const int MostOfAPerson = 50;
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(10);

    /// <summary>Whether its person signed in a moment ago.</summary>
    public bool IsFresh(WebSession session) => time.GetUtcNow() - session.Since <= FreshFor;

    private TimeSpan Idle => TimeSpan.FromMinutes(options.Value.WebSessionIdleMinutes);

    /// <summary>The cookie's value; from inside the commit that took the person's proof.</summary>
    public async Task<string> BeginAsync(Commit commit, long personId, Actor actor, string requester, string with, CancellationToken cancellationToken)
    {
        var value = Capability.New();
        await commit.Db.WebSessions.Where(row => row.ExpiresAt < commit.Now).ExecuteDeleteAsync(cancellationToken);
        await EndOldestAsync(commit, personId, cancellationToken);
        commit.Db.WebSessions.Add(new WebSessionRow
        {
            Key = RandomNumberGenerator.GetHexString(32, lowercase: true),
            PersonId = personId,
            Hash = Capability.Hash(value),
            Requester = requester,
            Address = actor.Address,
            CreatedAt = commit.Now,
            LastSeenAt = commit.Now,
            ExpiresAt = commit.Now.AddHours(options.Value.WebSessionHours),
        });
        commit.Record(actor, "session.began", actor.Name, $"with {with}, {requester}");
        return value;
    }

    /// <summary>Null when it is unknown, revoked, or was left alone for too long.</summary>
    public async Task<WebSession?> FindAsync(string value, CancellationToken cancellationToken)
    {
        var hash = Capability.Hash(value);
        var now = time.GetUtcNow();
        await using var db = source.Open();
        var found = await db.WebSessions
            .Where(row => row.Hash == hash)
            .Join(db.People.Where(person => person.DisabledAt == null), row => row.PersonId, person => person.Id, (row, person) => new { row, person.Name })
            .SingleOrDefaultAsync(cancellationToken);
        if (found is null || !IsOpen(found.row, now))
        {
            return null;
        }
        if (now - found.row.LastSeenAt > SeenEvery)
        {
            await SeenAsync(found.row.Id, cancellationToken);
        }
        return new WebSession(found.row.Key, found.row.PersonId, found.Name, found.row.CreatedAt, FormCookie.TokenOf(value));
    }

    public async Task<IReadOnlyList<WebSessionRow>> ListAsync(long personId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = source.Open();
        var rows = await db.WebSessions.Where(row => row.PersonId == personId && row.RevokedAt == null).OrderByDescending(row => row.Id).ToListAsync(cancellationToken);
        return [.. rows.Where(row => IsOpen(row, now))];
    }

    public Task<bool> RevokeAsync(long personId, string personName, string key, Actor actor, CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        var row = await commit.Db.WebSessions.SingleOrDefaultAsync(found => found.PersonId == personId && found.Key == key && found.RevokedAt == null, stop);
        if (row is null)
        {
            return false;
        }
        row.RevokedAt = commit.Now;
        commit.Record(actor, "session.revoked", personName, row.Requester);
        return true;
    }, cancellationToken);

    /// <summary>All of a person's, in another act's commit.</summary>
    public static Task<int> EndAllAsync(Commit commit, long personId, string? butKey, CancellationToken cancellationToken) => commit.Db.WebSessions
        .Where(row => row.PersonId == personId && row.RevokedAt == null && row.Key != butKey)
        .ExecuteUpdateAsync(set => set.SetProperty(row => row.RevokedAt, commit.Now), cancellationToken);

    private bool IsOpen(WebSessionRow row, DateTimeOffset now) => row.RevokedAt is null && row.ExpiresAt >= now && row.LastSeenAt + Idle >= now;

    private Task<int> SeenAsync(long id, CancellationToken cancellationToken) => commits.RunAsync((commit, stop) => commit.Db.WebSessions
        .Where(row => row.Id == id)
        .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastSeenAt, commit.Now), stop), cancellationToken);

    private static async Task EndOldestAsync(Commit commit, long personId, CancellationToken cancellationToken)
    {
        var kept = await commit.Db.WebSessions
            .Where(row => row.PersonId == personId)
            .OrderByDescending(row => row.Id)
            .Select(row => row.Id)
            .Skip(MostOfAPerson - 1)
            .FirstOrDefaultAsync(cancellationToken);
        await commit.Db.WebSessions.Where(row => row.PersonId == personId && row.Id <= kept).ExecuteDeleteAsync(cancellationToken);
    }
}
