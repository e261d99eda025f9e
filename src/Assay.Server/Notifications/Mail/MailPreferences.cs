using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Notifications;

/// <summary>An event that mails are sent of, and whether this person gets them.</summary>
internal sealed record MailChoice(AuditEvent Event, bool IsWanted);

/// <summary>Which mails a person gets. What they did not choose is as the catalogue of events says.</summary>
internal sealed class MailPreferences(RegistryDbSource source, CommitQueue commits)
{
    /// <summary>Those that could reach this person.</summary>
    public async Task<IReadOnlyList<MailChoice>> ListAsync(Caller.Member member, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var chosen = await db.MailPreferences.Where(row => row.PersonId == member.PersonId).ToDictionaryAsync(row => row.Event, row => row.IsWanted, cancellationToken);
        return [.. Offered(member).Select(each => new MailChoice(each, chosen.GetValueOrDefault(each.Name, each.IsMailedByDefault)))];
    }

    /// <summary>Takes these events, and no others of those that are offered.</summary>
    public Task SetAsync(Caller.Member member, IReadOnlySet<string> wanted, CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        await commit.Db.MailPreferences.Where(row => row.PersonId == member.PersonId).ExecuteDeleteAsync(stop);
        // The default is not kept, so that another one reaches those who never chose.
        commit.Db.MailPreferences.AddRange(Offered(member).Where(each => wanted.Contains(each.Name) != each.IsMailedByDefault)
            .Select(each => new MailPreferenceRow { PersonId = member.PersonId, Event = each.Name, IsWanted = wanted.Contains(each.Name) }));
        commit.Changed(Listeners.ChangeKey);
        return true;
    }, cancellationToken);

    private static IEnumerable<AuditEvent> Offered(Caller.Member member) => AuditEvents.All.Where(each =>
        each.Mail.HasFlag(EventMail.Person) || each.Mail.HasFlag(EventMail.Owners) || (member.IsAdministrator && each.Mail.HasFlag(EventMail.Administrators)));
}
