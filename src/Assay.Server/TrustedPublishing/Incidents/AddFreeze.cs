using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>A freeze that holds from now on, and how many tokens died with it.</summary>
internal sealed record AddedFreeze(Freeze Freeze, int RevokedTokens);

/// <summary>Stops all writing to a name, or by runs, until somebody lifts it.</summary>
internal sealed class AddFreeze(CommitQueue commits)
{
    public Task<(AddedFreeze? Added, Denial? Denial)> RunAsync(
        FreezeSubject subject, string reason, Responder responder, CancellationToken cancellationToken) =>
        commits.RunAsync((commit, stop) => AddAsync(commit, subject, reason, responder, stop), cancellationToken);

    /// <summary>In the commit of a freeze, or of the incident that brings one.</summary>
    public static async Task<(AddedFreeze? Added, Denial? Denial)> AddAsync(
        Commit commit, FreezeSubject subject, string reason, Responder responder, CancellationToken cancellationToken)
    {
        if (await FreezeRights.MayFreezeAsync(commit.Db, subject, responder, cancellationToken) is { } denial)
        {
            return (null, denial);
        }
        if (await SameAsync(commit.Db, subject, responder, cancellationToken) is { } same)
        {
            return (null, new Denial(StatusCodes.Status409Conflict, "frozen-already", $"You have frozen this already, with freeze {same}."));
        }
        var row = new FreezeRow
        {
            Kind = subject.Kind,
            Subject = subject.Subject,
            ProjectId = subject.ProjectId,
            Workflow = subject.Workflow,
            Reason = reason,
            CreatedBy = responder.PersonId,
            CreatedAt = commit.Now,
        };
        commit.Db.Freezes.Add(row);
        await commit.Db.SaveChangesAsync(cancellationToken);
        var revoked = await RevokeTokens.FrozenAsync(commit, subject, cancellationToken);
        var freeze = new Freeze(row.Id, row.Kind, row.Subject, row.ProjectId, row.Workflow, responder.Name, row.CreatedAt, row.Reason);
        commit.Changed(subject.IsName ? Freezes.ChangeKey : FrozenRuns.ChangeKey);
        commit.Record(responder.Actor, "freeze.added", freeze.What, $"freeze {row.Id}, {revoked} exchanged tokens revoked: {reason}");
        return (new AddedFreeze(freeze, revoked), null);
    }

    // Of others there may be more: what an administrator froze stays frozen when an owner lifts their own.
    private static Task<long?> SameAsync(RegistryDb db, FreezeSubject subject, Responder responder, CancellationToken cancellationToken) => db.Freezes
        .Where(row => row.LiftedAt == null && row.CreatedBy == responder.PersonId
            && row.Kind == subject.Kind && row.Subject == subject.Subject && row.ProjectId == subject.ProjectId && row.Workflow == subject.Workflow)
        .Select(row => (long?)row.Id)
        .FirstOrDefaultAsync(cancellationToken);
}
