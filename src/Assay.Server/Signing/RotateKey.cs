using Assay.Provenance.Keys;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Signing;

/// <summary>Makes keys: the first of a purpose, and those that take another's place.</summary>
internal sealed class RotateKey(CommitQueue commits, KeyHolders holders, IOptions<SigningOptions> options)
{
    /// <summary>Makes the first keys of these purposes, in one commit; where another node was faster, its key is the one.</summary>
    public async Task EnsureAsync(IReadOnlyCollection<string> purposes, CancellationToken cancellationToken)
    {
        NewKey[] made = [.. purposes.Select(holders.Make)];
        var kept = await commits.RunAsync(async (commit, stop) =>
        {
            var known = await commit.Db.SigningKeys.Where(row => row.ExpiresAt == null).Select(row => row.Purpose).ToListAsync(stop);
            // What this node remembers is from before another one made them, when that was faster.
            commit.Changed(SigningKeys.ChangeKey);
            NewKey[] wanted = [.. made.Where(key => !known.Contains(key.Purpose, StringComparer.Ordinal))];
            foreach (var key in wanted)
            {
                Add(commit, key, new Actor("registry", ""), "key.created");
            }
            return wanted;
        }, cancellationToken);
        foreach (var key in made.Except(kept))
        {
            holders.Of(key.Handle).Forget(key.Handle);
        }
    }

    /// <summary>The id of the new key. The one before counts a while longer, and what it signed stays good.</summary>
    public async Task<string> RunAsync(string purpose, Actor actor, CancellationToken cancellationToken)
    {
        var key = holders.Make(purpose);
        return await commits.RunAsync(async (commit, stop) =>
        {
            var before = await commit.Db.SigningKeys.AsTracking().Where(row => row.Purpose == purpose && row.ExpiresAt == null).ToListAsync(stop);
            before.ForEach(row => row.ExpiresAt = commit.Now.AddMinutes(options.Value.RetiringMinutes));
            return Add(commit, key, actor, "key.rotated");
        }, cancellationToken);
    }

    private static string Add(Commit commit, NewKey key, Actor actor, string action)
    {
        var id = KeyId.Of(key.PublicKey);
        commit.Db.SigningKeys.Add(
            new SigningKeyRow { Purpose = key.Purpose, KeyId = id, PublicKey = key.PublicKey, Handle = key.Handle, CreatedAt = commit.Now });
        commit.Record(actor, action, key.Purpose, id);
        commit.Changed(SigningKeys.ChangeKey);
        return id;
    }
}
