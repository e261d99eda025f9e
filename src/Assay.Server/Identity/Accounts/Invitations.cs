using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>Who is to be invited.</summary>
internal sealed record NewInvitation(string Name, string Email, bool IsAdministrator)
{
    /// <summary>Whether the link is shown to whoever invites, also where there is mail.</summary>
    public bool IsShown { get; init; }
}

/// <summary>An invitation that was written: its link when it is to be handed over, null when it goes by mail.</summary>
internal sealed record WrittenInvitation(InvitationRow Row, string? Link);

/// <summary>Invites people: a link that makes one account, once.</summary>
internal sealed class Invitations(
    RegistryDbSource source, CommitQueue commits, MailIsOn mail, PublicUrl url, IOptions<IdentityOptions> options, TimeProvider time)
{
    private TimeSpan Life => TimeSpan.FromDays(options.Value.InvitationDays);

    /// <param name="wanted">Who.</param>
    /// <param name="actor">By whom.</param>
    /// <param name="ask">Asks for a second factor, once everything else allows it; null for the operator.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<(WrittenInvitation? Written, JsonAnswer? Denial)> InviteAsync(
        NewInvitation wanted, AccountActor actor, Func<Task<JsonAnswer?>>? ask, CancellationToken cancellationToken)
    {
        if (Problem(wanted) is { } problem)
        {
            return (null, NpmError.BadRequest(problem));
        }
        await using (var db = source.Open())
        {
            if (await RefuseAsync(db, wanted.Name, time.GetUtcNow(), cancellationToken) is { } denial)
            {
                return (null, denial);
            }
        }
        if (ask is not null && await ask() is { } asked)
        {
            return (null, asked);
        }
        var capability = Capability.New();
        return await commits.RunAsync<(WrittenInvitation?, JsonAnswer?)>(async (commit, stop) =>
        {
            if ((await actor.RefuseAsync(commit, stop) ?? await RefuseAsync(commit.Db, wanted.Name, commit.Now, stop)) is { } denial)
            {
                return (null, denial);
            }
            var row = RowOf(wanted, actor.Actor.Name, commit.Now);
            commit.Db.Invitations.Add(row);
            var link = await HandOutAsync(commit, row, wanted.IsShown, capability, stop);
            commit.Record(actor.Actor, "person.invited", wanted.Name, wanted.IsAdministrator ? "as an administrator" : "");
            return (new WrittenInvitation(row, link), null);
        }, cancellationToken);
    }

    /// <summary>Another link; the one before it is good no more.</summary>
    public async Task<(WrittenInvitation? Written, JsonAnswer? Denial)> ResendAsync(
        string name, bool isShown, AccountActor actor, Func<Task<JsonAnswer?>>? ask, CancellationToken cancellationToken)
    {
        if (!await IsOpenAsync(name, cancellationToken))
        {
            return (null, AccountDenials.NoInvitation(name));
        }
        if (ask is not null && await ask() is { } asked)
        {
            return (null, asked);
        }
        var capability = Capability.New();
        return await commits.RunAsync<(WrittenInvitation?, JsonAnswer?)>(async (commit, stop) =>
        {
            if (await actor.RefuseAsync(commit, stop) is { } denial)
            {
                return (null, denial);
            }
            // One that has expired too: who invites again means the same person.
            if (await commit.Db.Invitations.SingleOrDefaultAsync(row => row.Name == name && row.EndedAt == null, stop) is not { } row)
            {
                return (null, AccountDenials.NoInvitation(name));
            }
            row.ExpiresAt = commit.Now + Life;
            row.Hash = null;
            var link = await HandOutAsync(commit, row, isShown, capability, stop);
            commit.Record(actor.Actor, "person.invited", name, "again");
            return (new WrittenInvitation(row, link), null);
        }, cancellationToken);
    }

    public async Task<JsonAnswer?> RevokeAsync(string name, AccountActor actor, Func<Task<JsonAnswer?>>? ask, CancellationToken cancellationToken)
    {
        if (!await IsOpenAsync(name, cancellationToken))
        {
            return AccountDenials.NoInvitation(name);
        }
        if (ask is not null && await ask() is { } asked)
        {
            return asked;
        }
        return await commits.RunAsync(async (commit, stop) =>
        {
            if (await actor.RefuseAsync(commit, stop) is { } denial)
            {
                return denial;
            }
            if (await commit.Db.Invitations.SingleOrDefaultAsync(row => row.Name == name && row.EndedAt == null, stop) is not { } row)
            {
                return AccountDenials.NoInvitation(name);
            }
            row.EndedAt = commit.Now;
            commit.Record(actor.Actor, "invitation.revoked", name);
            return null;
        }, cancellationToken);
    }

    /// <summary>Those that were neither accepted nor revoked, the expired among them.</summary>
    public async Task<IReadOnlyList<InvitationRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await db.Invitations.Where(row => row.EndedAt == null).OrderBy(row => row.Name).ToListAsync(cancellationToken);
    }

    /// <summary>Null when there is no such invitation, or it is over.</summary>
    public async Task<InvitationRow?> FindAsync(string capability, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await FindAsync(db, Capability.Hash(capability), time.GetUtcNow(), cancellationToken);
    }

    public static Task<InvitationRow?> FindAsync(RegistryDb db, byte[] hash, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Invitations.SingleOrDefaultAsync(row => row.Hash == hash && row.EndedAt == null && row.ExpiresAt >= now, cancellationToken);

    private async Task<bool> IsOpenAsync(string name, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await db.Invitations.AnyAsync(row => row.Name == name && row.EndedAt == null, cancellationToken);
    }

    private async Task<string?> HandOutAsync(Commit commit, InvitationRow row, bool isShown, string capability, CancellationToken cancellationToken)
    {
        row.IsMailed = mail.Value && !isShown;
        if (!row.IsMailed)
        {
            row.Hash = Capability.Hash(capability);
            return url.At($"-/invitation/{capability}");
        }
        // The mail names its id.
        await commit.Db.SaveChangesAsync(cancellationToken);
        LinkMail.Send(commit, row);
        return null;
    }

    private static async Task<JsonAnswer?> RefuseAsync(RegistryDb db, string name, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await db.People.AnyAsync(row => row.Name == name, cancellationToken))
        {
            return AccountDenials.NameTaken(name);
        }
        return await db.Invitations.AnyAsync(row => row.Name == name && row.EndedAt == null && row.ExpiresAt >= now, cancellationToken)
            ? NpmError.Conflict($"{name} is invited already. Send the link again: ./run admin user invite {name} --again", "invited-already")
            : null;
    }

    private InvitationRow RowOf(NewInvitation wanted, string by, DateTimeOffset now) => new()
    {
        Name = wanted.Name,
        Email = wanted.Email,
        IsAdministrator = wanted.IsAdministrator,
        InvitedBy = by,
        CreatedAt = now,
        ExpiresAt = now + Life,
    };

    private static string? Problem(NewInvitation wanted) => !People.IsName(wanted.Name)
        ? People.NotAName(wanted.Name)
        : People.IsEmail(wanted.Email) ? null : $"'{wanted.Email}' is not an e-mail address.";
}
