using Assay.Server.Audit;
using Assay.Server.Data;

namespace Assay.Server.Identity;

/// <summary>Makes the account of who was invited. An invitation is good for one, however many follow its link at once.</summary>
internal sealed class AcceptInvitation(CommitQueue commits, People people)
{
    private const string Over = "This invitation was used, was revoked, or is too old. Ask for another.";

    /// <summary>Null when the account is made, otherwise what is wrong in one sentence.</summary>
    public async Task<string?> RunAsync(string capability, string password, PendingInvitation invitation, string address, CancellationToken cancellationToken)
    {
        var person = invitation.Person with { Password = password };
        if (people.Problem(person) is { } problem)
        {
            return problem;
        }
        var (link, hash) = (Capability.Hash(capability), people.HashOf(person));
        return await commits.RunAsync(async (commit, stop) =>
            await TakeAsync(commit, link, hash, address, stop) is null ? Over : null, cancellationToken);
    }

    /// <summary>In the commit that makes the account; null when the invitation is over.</summary>
    public static async Task<Data.Rows.PersonRow?> TakeAsync(Commit commit, byte[] link, string passwordHash, string address, CancellationToken cancellationToken)
    {
        if (await Invitations.FindAsync(commit.Db, link, commit.Now, cancellationToken) is not { } row)
        {
            return null;
        }
        row.EndedAt = commit.Now;
        var invitation = PendingInvitation.Of(row);
        return await People.AddAsync(
            commit, invitation.Person, passwordHash, new Actor(row.Name, address), $"invited by {row.InvitedBy}{(row.IsAdministrator ? ", administrator" : "")}", cancellationToken);
    }
}

/// <summary>What an invitation says of who it is for.</summary>
internal sealed record PendingInvitation(NewPerson Person, string InvitedBy)
{
    /// <summary>Who followed a link out of a mail reads mail there.</summary>
    public static PendingInvitation Of(Data.Rows.InvitationRow row) =>
        new(new NewPerson(row.Name, row.Email, "", row.IsAdministrator) { IsEmailVerified = row.IsMailed }, row.InvitedBy);
}
