using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>An administrator's act for somebody who lost everything: no second factor, no recovery code and no signed-in browser is left. Tokens stay.</summary>
internal sealed class ResetFactors(CommitQueue commits)
{
    /// <summary>Null when it is done.</summary>
    public Task<JsonAnswer?> RunAsync(string name, AccountActor actor, CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        if (await actor.RefuseAsync(commit, stop) is { } denial)
        {
            return denial;
        }
        if (await commit.Db.People.SingleOrDefaultAsync(row => row.Name == name, stop) is not { Id: var id })
        {
            return AccountDenials.UnknownPerson(name);
        }
        await commit.Db.Totps.Where(row => row.PersonId == id).ExecuteDeleteAsync(stop);
        await commit.Db.Passkeys.Where(row => row.PersonId == id).ExecuteDeleteAsync(stop);
        await commit.Db.RecoveryCodes.Where(row => row.PersonId == id).ExecuteDeleteAsync(stop);
        await commit.Db.WebChallenges.Where(row => row.PersonId == id).ExecuteDeleteAsync(stop);
        await WebSessions.EndAllAsync(commit, id, butKey: null, stop);
        commit.Record(actor.Actor, "factors.reset", name);
        return null;
    }, cancellationToken);
}
