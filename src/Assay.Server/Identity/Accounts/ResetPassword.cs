using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>
/// An administrator's act: the password counts no more, every sign-in ends, and a link lets the person choose another. A second factor is asked for there as ever.
/// </summary>
internal sealed class ResetPassword(RegistryDbSource source, CommitQueue commits, MailIsOn mail, PublicUrl url, IOptions<IdentityOptions> options)
{
    /// <summary>The link to hand over, or null when it goes by mail.</summary>
    public async Task<(string? Link, JsonAnswer? Denial)> RunAsync(
        string name, bool isShown, AccountActor actor, Func<Task<JsonAnswer?>>? ask, CancellationToken cancellationToken)
    {
        await using (var db = source.Open())
        {
            if (Refuse(await db.People.SingleOrDefaultAsync(row => row.Name == name, cancellationToken), name, isShown) is { } denial)
            {
                return (null, denial);
            }
        }
        if (ask is not null && await ask() is { } asked)
        {
            return (null, asked);
        }
        var capability = Capability.New();
        return await commits.RunAsync<(string?, JsonAnswer?)>(async (commit, stop) =>
        {
            var person = await commit.Db.People.SingleOrDefaultAsync(row => row.Name == name, stop);
            if ((await actor.RefuseAsync(commit, stop) ?? Refuse(person, name, isShown)) is { } denial)
            {
                return (null, denial);
            }
            person!.PasswordHash = "";
            await AccountLinks.EndAsync(commit, person.Id, AccountLinkPurpose.Password, stop);
            var link = await AccountLinks.AddAsync(commit, person, AccountLinkPurpose.Password, person.Email, TimeSpan.FromDays(options.Value.InvitationDays), stop);
            var ended = await EndSignIns.RunAsync(commit, person.Id, butToken: null, butBrowser: null, stop);
            commit.Record(actor.Actor, "password.reset", person.Name, ended.ToString());
            if (mail.Value && !isShown)
            {
                link.IsMailed = true;
                LinkMail.Send(commit, link);
                return (null, null);
            }
            link.Hash = Capability.Hash(capability);
            return (url.At($"-/recover/{capability}"), null);
        }, cancellationToken);
    }

    private JsonAnswer? Refuse(PersonRow? person, string name, bool isShown) => person switch
    {
        null => AccountDenials.UnknownPerson(name),
        { DisabledAt: not null } => NpmError.Conflict($"{name} is disabled. Enable the account first.", "account-disabled"),
        { EmailVerifiedAt: null } when mail.Value && !isShown => AccountDenials.EmailNotVerified(name),
        _ => null,
    };
}
