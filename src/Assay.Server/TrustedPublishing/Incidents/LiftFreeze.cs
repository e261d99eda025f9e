using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Ends a freeze. It is kept, as what was frozen once.</summary>
internal sealed class LiftFreeze(CommitQueue commits)
{
    public Task<(Freeze? Lifted, Denial? Denial)> RunAsync(long id, Responder responder, CancellationToken cancellationToken) =>
        commits.RunAsync<(Freeze?, Denial?)>(async (commit, stop) =>
        {
            var row = await commit.Db.Freezes.AsTracking().SingleOrDefaultAsync(found => found.Id == id && found.LiftedAt == null, stop);
            if (row is null)
            {
                return (null, FreezeRights.NotFound(id));
            }
            if (await FreezeRights.MayLiftAsync(commit.Db, row, responder, stop) is { } denial)
            {
                return (null, denial);
            }
            row.LiftedAt = commit.Now;
            row.LiftedBy = responder.Name;
            await commit.Db.SaveChangesAsync(stop);
            var freeze = await Freeze.From(commit.Db, commit.Db.Freezes.Where(found => found.Id == id)).SingleAsync(stop);
            var subject = FreezeSubject.Of(freeze);
            // An exchange that was under way at the moment of freezing may have got a token after it.
            await RevokeTokens.FrozenAsync(commit, subject, stop);
            commit.Changed(Credential.AllChanged);
            commit.Changed(subject.IsName ? Freezes.ChangeKey : FrozenRuns.ChangeKey);
            commit.Record(responder.Actor, "freeze.lifted", freeze.What, $"freeze {id}");
            return (freeze, null);
        }, cancellationToken);
}
