using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>Where somebody is signed in: a terminal, by the token of its sign-in, or a browser.</summary>
internal sealed record SignedInPlace(
    string Key, bool IsBrowser, string Client, string Address, DateTimeOffset Since, DateTimeOffset? LastUsedAt, DateTimeOffset Until)
{
    public JsonObject ToJson(string? own) => new()
    {
        ["key"] = Key,
        ["kind"] = IsBrowser ? "browser" : "terminal",
        ["client"] = Client,
        ["address"] = Address,
        ["created"] = JsonTime.Of(Since),
        ["lastUsed"] = LastUsedAt is { } used ? JsonTime.Of(used) : null,
        ["expires"] = JsonTime.Of(Until),
        ["current"] = Key == own,
    };
}

/// <summary>Shows and ends them. Tokens that were made for something else are no sign-ins: <c>npm token list</c> has them.</summary>
internal sealed class SignedInPlaces(RegistryDbSource source, CommitQueue commits, WebSessions browsers, TimeProvider time)
{
    public async Task<IReadOnlyList<SignedInPlace>> ListAsync(long personId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = source.Open();
        var tokens = await db.AccessTokens
            .Where(row => row.PersonId == personId && row.IsSignIn && row.RevokedAt == null && row.ExpiresAt > now).ToListAsync(cancellationToken);
        return
        [
            .. tokens.Select(Of)
                .Concat((await browsers.ListAsync(personId, cancellationToken)).Select(Of))
                .OrderByDescending(place => place.LastUsedAt ?? place.Since),
        ];
    }

    /// <summary>False when this person is not signed in there.</summary>
    public async Task<bool> EndAsync(long personId, string personName, string key, Actor actor, CancellationToken cancellationToken) =>
        await browsers.RevokeAsync(personId, personName, key, actor, cancellationToken) || await EndTerminalAsync(personId, key, actor, cancellationToken);

    /// <summary>All, or all but the one that asks for it.</summary>
    public Task<EndedSignIns> EndOthersAsync(
        long personId, string personName, long? butToken, string? butBrowser, Actor actor, CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        var ended = await EndSignIns.RunAsync(commit, personId, butToken, butBrowser, stop);
        commit.Record(actor, "sessions.ended", personName, ended.ToString());
        return ended;
    }, cancellationToken);

    private Task<bool> EndTerminalAsync(long personId, string key, Actor actor, CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        var row = await commit.Db.AccessTokens.SingleOrDefaultAsync(
            token => token.PersonId == personId && token.IsSignIn && token.Key == key && token.RevokedAt == null, stop);
        if (row is null)
        {
            return false;
        }
        row.RevokedAt = commit.Now;
        commit.Changed(Credential.ChangeKey(TokenHash.FromBytes(row.Hash)));
        commit.Record(actor, "token.revoked", row.Key);
        return true;
    }, cancellationToken);

    // Those of before have no client and no address.
    private static SignedInPlace Of(AccessTokenRow row) =>
        new(row.Key, IsBrowser: false, row.Requester ?? row.Name, row.Address ?? "", row.CreatedAt, row.LastUsedAt, row.ExpiresAt);

    private static SignedInPlace Of(WebSessionRow row) =>
        new(row.Key, IsBrowser: true, row.Requester, row.Address, row.CreatedAt, row.LastSeenAt, row.ExpiresAt);
}
