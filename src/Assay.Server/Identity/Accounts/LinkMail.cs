using System.Globalization;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>Whether mails are sent here. What sends them stands above this room, and says so.</summary>
internal sealed record MailIsOn(bool Value);

/// <summary>A mail with a link: to whom, and what it says.</summary>
internal sealed record LinkMailText(string Name, string Email, string Subject, string Words, string Link, DateTimeOffset Until, string IfUnexpected);

/// <summary>
/// Mails with links. A link is made when its mail is sent, so that it stands nowhere but in the mail: each attempt has one of its own, and the newest counts.
/// </summary>
internal sealed class LinkMail(CommitQueue commits, PublicUrl url)
{
    public const string JobKind = "link-mail";

    // The lane of all mails: one server takes them.
    private const string Lane = "mail";
    private const string OfInvitation = "invitation";
    private const string OfAccount = "account";

    public static void Send(Commit commit, InvitationRow invitation) => Send(commit, OfInvitation, invitation.Id);

    public static void Send(Commit commit, AccountLinkRow link) => Send(commit, OfAccount, link.Id);

    /// <summary>Null when nobody is to get it any more.</summary>
    public Task<LinkMailText?> WriteAsync(string payload, CancellationToken cancellationToken)
    {
        var (json, capability) = (JsonNode.Parse(payload)!, Capability.New());
        var id = (long)json["id"]!;
        return commits.RunAsync(
            (commit, stop) => (string)json["of"]! == OfInvitation ? InvitationAsync(commit, id, capability, stop) : AccountAsync(commit, id, capability, stop), cancellationToken);
    }

    private async Task<LinkMailText?> InvitationAsync(Commit commit, long id, string capability, CancellationToken cancellationToken)
    {
        if (await commit.Db.Invitations.SingleOrDefaultAsync(row => row.Id == id && row.EndedAt == null && row.IsMailed, cancellationToken) is not { } row
            || row.ExpiresAt < commit.Now)
        {
            return null;
        }
        row.Hash = Capability.Hash(capability);
        return new LinkMailText(
            row.Name, row.Email, "You are invited", $"{row.InvitedBy} invites you to the registry at {url.Base.AbsoluteUri} as {row.Name}. Choose a password here:",
            url.At($"-/invitation/{capability}"), row.ExpiresAt, "If you did not expect it, leave it: without the link nothing happens.");
    }

    private async Task<LinkMailText?> AccountAsync(Commit commit, long id, string capability, CancellationToken cancellationToken)
    {
        var row = await commit.Db.AccountLinks.SingleOrDefaultAsync(link => link.Id == id && link.EndedAt == null, cancellationToken);
        var person = row is null ? null : await commit.Db.People.SingleOrDefaultAsync(found => found.Id == row.PersonId && found.DisabledAt == null, cancellationToken);
        if (row is null || person is null || row.ExpiresAt < commit.Now || !MayGo(row, person))
        {
            return null;
        }
        row.Hash = Capability.Hash(capability);
        return row.Purpose is AccountLinkPurpose.Email
            ? new LinkMailText(
                person.Name, row.Email, "Confirm your e-mail address", $"{person.Name} shall have this e-mail address at the registry at {url.Base.AbsoluteUri}. Confirm it here:",
                url.At($"-/email/{capability}"), row.ExpiresAt, "If it was not you, leave it: without the link nothing changes.")
            : new LinkMailText(
                person.Name, row.Email, "Choose another password", $"Somebody asked for another password for {person.Name} at the registry at {url.Base.AbsoluteUri}. Choose it here:",
                url.At($"-/recover/{capability}"), row.ExpiresAt,
                "If it was not you, leave it: your password stays as it is. If it happens again and again, tell the registry's administrators.");
    }

    // Asked when it is sent: an address can change, and lose its verification, while its mail waits.
    private static bool MayGo(AccountLinkRow link, PersonRow person) =>
        link.Purpose is AccountLinkPurpose.Email || (person.EmailVerifiedAt is not null && link.Email == person.Email);

    private static void Send(Commit commit, string of, long id) => commit.Enqueue(JobKind, new JsonObject { ["of"] = of, ["id"] = id }, Lane);

    /// <summary>A time as people read it.</summary>
    public static string Shown(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
