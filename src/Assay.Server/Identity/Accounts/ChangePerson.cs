using System.Diagnostics;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>What administrators do with a person.</summary>
internal enum PersonAct
{
    Disable,
    Enable,
    Promote,
    Demote,
}

/// <summary>Disables and enables people, makes and unmakes administrators. People are never deleted: what they did keeps its name.</summary>
internal sealed class ChangePerson(RegistryDbSource source, CommitQueue commits)
{
    /// <summary>Null when it is done, or was so already.</summary>
    /// <param name="name">Who.</param>
    /// <param name="act">What.</param>
    /// <param name="actor">By whom.</param>
    /// <param name="ask">Asks for a second factor, once everything else allows it; null for the operator.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<JsonAnswer?> RunAsync(string name, PersonAct act, AccountActor actor, Func<Task<JsonAnswer?>>? ask, CancellationToken cancellationToken)
    {
        await using (var db = source.Open())
        {
            if (await RefuseAsync(db, await PersonAsync(db, name, cancellationToken), name, act, cancellationToken) is { } denial)
            {
                return denial;
            }
        }
        if (ask is not null && await ask() is { } asked)
        {
            return asked;
        }
        return await commits.RunAsync(async (commit, stop) =>
        {
            var person = await PersonAsync(commit.Db, name, stop);
            if ((await actor.RefuseAsync(commit, stop) ?? await RefuseAsync(commit.Db, person, name, act, stop)) is { } denial)
            {
                return denial;
            }
            await ChangeAsync(commit, person!, act, actor, stop);
            return null;
        }, cancellationToken);
    }

    private static Task<PersonRow?> PersonAsync(RegistryDb db, string name, CancellationToken cancellationToken) =>
        db.People.SingleOrDefaultAsync(row => row.Name == name, cancellationToken);

    private static async Task<JsonAnswer?> RefuseAsync(RegistryDb db, PersonRow? person, string name, PersonAct act, CancellationToken cancellationToken)
    {
        if (person is null)
        {
            return AccountDenials.UnknownPerson(name);
        }
        var leaves = act is PersonAct.Disable or PersonAct.Demote && person is { IsAdministrator: true, DisabledAt: null };
        return leaves && !await db.People.AnyAsync(row => row.Id != person.Id && row.IsAdministrator && row.DisabledAt == null, cancellationToken)
            ? AccountDenials.LastAdministrator(name)
            : null;
    }

    private static async Task ChangeAsync(Commit commit, PersonRow person, PersonAct act, AccountActor actor, CancellationToken cancellationToken)
    {
        switch (act)
        {
            case PersonAct.Disable when person.DisabledAt is null:
                person.DisabledAt = commit.Now;
                var ended = await EndSignIns.EverythingAsync(commit, person.Id, cancellationToken);
                await AccountLinks.EndAsync(commit, person.Id, AccountLinkPurpose.Email, cancellationToken);
                await AccountLinks.EndAsync(commit, person.Id, AccountLinkPurpose.Password, cancellationToken);
                await commit.Db.WebChallenges.Where(row => row.PersonId == person.Id).ExecuteDeleteAsync(cancellationToken);
                commit.Record(actor.Actor, "person.disabled", person.Name, ended.ToString());
                break;
            case PersonAct.Enable when person.DisabledAt is not null:
                person.DisabledAt = null;
                commit.Record(actor.Actor, "person.enabled", person.Name);
                break;
            case PersonAct.Promote when !person.IsAdministrator:
                person.IsAdministrator = true;
                commit.Record(actor.Actor, "person.promoted", person.Name);
                break;
            case PersonAct.Demote when person.IsAdministrator:
                person.IsAdministrator = false;
                commit.Record(actor.Actor, "person.demoted", person.Name);
                break;
            case PersonAct.Disable or PersonAct.Enable or PersonAct.Promote or PersonAct.Demote:
                return;
            default:
                throw new UnreachableException();
        }
        // Remembered with the tokens, and what they reach.
        commit.Changed(Credential.AllChanged);
    }
}
