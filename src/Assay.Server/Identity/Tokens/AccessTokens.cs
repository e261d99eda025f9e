using System.Net;
using System.Security.Cryptography;
using Assay.Npm;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>What a new access token shall be.</summary>
internal sealed record NewAccessToken(string Name, TokenReach Reach, TimeSpan Lifetime, IReadOnlyList<string> AllowedAddresses)
{
    public string? Description { get; init; }

    /// <summary>What signed in, for people to recognise.</summary>
    public string? Requester { get; init; }
}

/// <summary>A minted access token; the only moment at which its text exists outside its owner's hands.</summary>
internal sealed record MintedAccessToken(NpmToken Token, AccessTokenRow Row);

/// <summary>Mints, finds and revokes people's access tokens.</summary>
internal sealed class AccessTokens(
    RegistryDbSource source, CommitQueue commits, IOptions<IdentityOptions> options, TimeProvider time) : ICredentialSource
{
    /// <summary>A session as the login commands make it: may write, lives the default time.</summary>
    public NewAccessToken Session(string name, string? requester = null) =>
        new(name, TokenReach.Everything, TimeSpan.FromDays(options.Value.AccessTokenDays), []) { Requester = requester };

    /// <summary>The token, or null when the person has as many as one may have, or is disabled.</summary>
    public Task<MintedAccessToken?> MintAsync(long personId, NewAccessToken wanted, Actor actor, CancellationToken cancellationToken)
    {
        var token = NpmToken.Create(RandomNumberGenerator.GetBytes(NpmToken.RandomBytes));
        return commits.RunAsync(async (commit, stop) => await AddAsync(commit, personId, wanted, token, actor, stop), cancellationToken);
    }

    /// <summary>As <see cref="MintAsync"/>, inside another operation's commit.</summary>
    public async Task<MintedAccessToken?> AddAsync(
        Commit commit, long personId, NewAccessToken wanted, NpmToken token, Actor actor, CancellationToken cancellationToken)
    {
        var active = await commit.Db.AccessTokens.CountAsync(
            row => row.PersonId == personId && row.RevokedAt == null && row.ExpiresAt > commit.Now, cancellationToken);
        // Disabled a moment ago, after their password was found right.
        if (active >= options.Value.MaximumTokensPerPerson
            || await commit.Db.People.AnyAsync(person => person.Id == personId && person.DisabledAt != null, cancellationToken))
        {
            return null;
        }
        var row = Row(personId, wanted, token, actor.Address, commit.Now);
        commit.Db.AccessTokens.Add(row);
        commit.Record(actor, "token.created", row.Key, TokenWords.Summary(wanted.Reach));
        return new MintedAccessToken(token, row);
    }

    /// <summary>Those of a person that are good; of whoever came with one made for something else that one alone.</summary>
    public async Task<IReadOnlyList<AccessTokenRow>> ListAsync(Caller.Member member, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = source.Open();
        return await db.AccessTokens
            .Where(row => row.PersonId == member.PersonId && row.RevokedAt == null && row.ExpiresAt > now)
            .Where(row => member.Token.IsSignIn || row.Id == member.Token.Id)
            .OrderByDescending(row => row.Id)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Revokes by key, or by the token itself. False when this person has no such token.</summary>
    public Task<bool> RevokeAsync(long personId, string keyOrToken, Actor actor, CancellationToken cancellationToken) =>
        commits.RunAsync(async (commit, stop) =>
        {
            var hash = NpmToken.TryParse(keyOrToken, out var token) ? token.Hash.ToArray() : null;
            var row = await commit.Db.AccessTokens.SingleOrDefaultAsync(
                found => found.PersonId == personId && found.RevokedAt == null && (found.Key == keyOrToken || found.Hash == hash), stop);
            if (row is null)
            {
                return false;
            }
            Revoke(commit, row);
            commit.Record(actor, "token.revoked", row.Key);
            return true;
        }, cancellationToken);

    /// <summary>Whoever presents it has to be told so at once, on every node.</summary>
    public static void Revoke(Commit commit, AccessTokenRow row)
    {
        row.RevokedAt = commit.Now;
        commit.Changed(Credential.ChangeKey(TokenHash.FromBytes(row.Hash)));
    }

    public async Task<Credential?> FindAsync(TokenHash hash, CancellationToken cancellationToken)
    {
        var bytes = hash.ToArray();
        await using var db = source.Open();
        var found = await db.AccessTokens
            .Where(token => token.Hash == bytes)
            .Join(db.People.Where(person => person.DisabledAt == null), token => token.PersonId, person => person.Id, (token, person) => new { token, person })
            .SingleOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            return null;
        }
        var (row, person) = (found.token, found.person);
        var use = new AccessTokenUse(row.Id, row.Key, StoredReach.Of(row));
        var standing = await Standings.OfAsync(db, person.Id, cancellationToken);
        return new Credential(
            this, hash, row.ExpiresAt, row.RevokedAt, Networks(row.AllowedAddresses),
            address => new Caller.Member(person.Id, person.Name, person.Email, person.IsAdministrator && use.IsSignIn, use, address) { Standing = standing })
        {
            LastUsedAt = row.LastUsedAt ?? row.CreatedAt,
            IdleLimit = TimeSpan.FromDays(options.Value.AccessTokenIdleDays),
        };
    }

    public async Task<bool> EndLeakedAsync(Commit commit, TokenHash hash, Leak leak, CancellationToken cancellationToken)
    {
        var bytes = hash.ToArray();
        var row = await commit.Db.AccessTokens.AsTracking().SingleOrDefaultAsync(
            found => found.Hash == bytes && found.RevokedAt == null && found.ExpiresAt > commit.Now, cancellationToken);
        if (row is null)
        {
            return false;
        }
        Revoke(commit, row);
        commit.Record(leak.Reporter, "token.leaked", row.Key, leak.Where);
        return true;
    }

    public void Touch(Credential credential)
    {
        var hash = credential.Hash.ToArray();
        // Of the use, not of the commit that follows when there is time for it.
        var usedAt = time.GetUtcNow();
        _ = commits.RunAsync(
            async (commit, stop) => await commit.Db.AccessTokens
                .Where(row => row.Hash == hash)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastUsedAt, usedAt), stop),
            CancellationToken.None);
    }

    private static AccessTokenRow Row(long personId, NewAccessToken wanted, NpmToken token, string address, DateTimeOffset now) => new()
    {
        Key = RandomNumberGenerator.GetHexString(32, lowercase: true),
        PersonId = personId,
        Name = wanted.Name,
        Hash = token.Hash.ToArray(),
        Hint = token.ToString(),
        Description = wanted.Description,
        IsReadOnly = wanted.Reach.IsReadOnly,
        IsSignIn = wanted.Reach.IsSignIn,
        Reach = StoredReach.Write(wanted.Reach),
        AllowedAddresses = string.Join('\n', wanted.AllowedAddresses),
        CreatedAt = now,
        ExpiresAt = now + wanted.Lifetime,
        Requester = wanted.Requester,
        Address = wanted.Reach.IsSignIn ? address : null,
    };

    private static List<IPNetwork> Networks(string lines) =>
        [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(IPNetwork.Parse)];
}
