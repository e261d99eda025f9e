using System.Net;
using System.Security.Cryptography;
using Assay.Npm;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>What a new access token shall be.</summary>
internal sealed record NewAccessToken(string Name, bool IsReadOnly, TimeSpan Lifetime, IReadOnlyList<string> AllowedAddresses)
{
    /// <summary>From a sign-in, not made by hand.</summary>
    public bool IsSignIn { get; init; }

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
        new(name, IsReadOnly: false, TimeSpan.FromDays(options.Value.AccessTokenDays), []) { IsSignIn = true, Requester = requester };

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
        commit.Record(actor, "token.created", row.Key, row.IsReadOnly ? "read-only" : "read-write");
        return new MintedAccessToken(token, row);
    }

    public async Task<IReadOnlyList<AccessTokenRow>> ListAsync(long personId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = source.Open();
        return await db.AccessTokens
            .Where(row => row.PersonId == personId && row.RevokedAt == null && row.ExpiresAt > now)
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
            row.RevokedAt = commit.Now;
            commit.Changed(Credential.ChangeKey(TokenHash.FromBytes(row.Hash)));
            commit.Record(actor, "token.revoked", row.Key);
            return true;
        }, cancellationToken);

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
        var use = new AccessTokenUse(row.Id, row.Key, row.IsReadOnly) { IsSignIn = row.IsSignIn };
        var standing = await Standings.OfAsync(db, person.Id, cancellationToken);
        return new Credential(
            this, hash, row.ExpiresAt, row.RevokedAt, Networks(row.AllowedAddresses),
            address => new Caller.Member(person.Id, person.Name, person.Email, person.IsAdministrator, use, address) { Standing = standing });
    }

    public void Touch(Credential credential)
    {
        var hash = credential.Hash.ToArray();
        _ = commits.RunAsync(
            async (commit, stop) => await commit.Db.AccessTokens
                .Where(row => row.Hash == hash)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastUsedAt, commit.Now), stop),
            CancellationToken.None);
    }

    private static AccessTokenRow Row(long personId, NewAccessToken wanted, NpmToken token, string address, DateTimeOffset now) => new()
    {
        Key = RandomNumberGenerator.GetHexString(32, lowercase: true),
        PersonId = personId,
        Name = wanted.Name,
        Hash = token.Hash.ToArray(),
        Hint = token.ToString(),
        IsReadOnly = wanted.IsReadOnly,
        IsSignIn = wanted.IsSignIn,
        AllowedAddresses = string.Join('\n', wanted.AllowedAddresses),
        CreatedAt = now,
        ExpiresAt = now + wanted.Lifetime,
        Requester = wanted.Requester,
        Address = wanted.IsSignIn ? address : null,
    };

    private static List<IPNetwork> Networks(string lines) =>
        [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(IPNetwork.Parse)];
}
