using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>Where a sign-in at the provider goes on.</summary>
internal static class Continuation
{
    private const string AccountPrefix = "account:";
    private const string LoginPrefix = "login:";
    private const string InvitationPrefix = "invitation:";
    private const string LinkPrefix = "link:";

    /// <param name="back">Where the browser goes on, an address of this registry.</param>
    public static string Account(string back) => AccountPrefix + back;

    public static string? BackOf(string text) => text.StartsWith(AccountPrefix, StringComparison.Ordinal) ? text[AccountPrefix.Length..] : null;

    // By the hash of the page's address: what opens the page is not kept.
    public static string Login(string pageId) => LoginPrefix + Convert.ToHexStringLower(Capability.Hash(pageId));

    public static string Invitation(string link) => InvitationPrefix + Convert.ToHexStringLower(Capability.Hash(link));

    public static string Link(long personId) => $"{LinkPrefix}{personId}";

    public static byte[]? LoginOf(string text) => HashAfter(LoginPrefix, text);

    public static byte[]? InvitationOf(string text) => HashAfter(InvitationPrefix, text);

    public static long? LinkOf(string text) => text.StartsWith(LinkPrefix, StringComparison.Ordinal) ? long.Parse(text[LinkPrefix.Length..]) : null;

    private static byte[]? HashAfter(string prefix, string text) => text.StartsWith(prefix, StringComparison.Ordinal) ? Convert.FromHexString(text[prefix.Length..]) : null;
}

/// <summary>
/// What follows once the provider has said who it is. It stands for a password and for no more: whoever has a second factor gives it here as everywhere. An identity is
/// (issuer, subject); an e-mail address signs nobody in.
/// </summary>
internal sealed class FinishSignIn(
    RegistryDbSource source, CommitQueue commits, PageSignIn signIn, WebSessions sessions, WebLogins logins, IOptions<IdentityOptions> options)
{
    private const string Over = "This sign-in took too long. Begin again.";

    private string Issuer => options.Value.SingleSignOn.Issuer;

    /// <summary>Whose account this identity is; null when it is nobody's.</summary>
    public async Task<(long Id, string Name)?> PersonOfAsync(string subject, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var found = await db.LinkedIdentities.Where(row => row.Issuer == Issuer && row.Subject == subject)
            .Join(db.People, row => row.PersonId, person => person.Id, (_, person) => new { person.Id, person.Name }).SingleOrDefaultAsync(cancellationToken);
        return found is null ? null : (found.Id, found.Name);
    }

    /// <summary>The session's cookie, or what was wrong.</summary>
    public async Task<(string? Session, string? Problem)> AccountAsync(
        string cookie, ProvenPerson person, string requester, string address, CancellationToken cancellationToken)
    {
        string? value = null;
        var problem = await signIn.RunAsync(person, address, (commit, who, takeFactor, stop) => SpendAsync(commit, cookie, who.Id, takeFactor, async with =>
            value = await sessions.BeginAsync(commit, who.Id, new Actor(who.Name, address), requester, $"single sign-on and {with}", stop), stop), cancellationToken);
        return problem is null ? (value, null) : (null, problem);
    }

    /// <summary>Null when the login of a terminal is confirmed.</summary>
    public Task<string?> LoginAsync(string cookie, byte[] pageHash, string code, ProvenPerson person, string address, CancellationToken cancellationToken) =>
        logins.ConfirmAsync(pageHash, code, person, address, (commit, takeFactor, stop) => SpendAsync(commit, cookie, person.Id, takeFactor, _ => Task.CompletedTask, stop), cancellationToken);

    /// <summary>Null when the identity is the account's now, whose owner has proved themselves before and is signed in.</summary>
    public Task<string?> LinkAsync(string cookie, OwnAccount account, CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        if (await ProviderSignIns.FindAsync(commit.Db, cookie, commit.Now, stop) is not { } row || Continuation.LinkOf(row.Continuation) != account.PersonId)
        {
            return Over;
        }
        return await AddIdentityAsync(commit, row, account.PersonId, account.PersonName, account.Actor, stop);
    }, cancellationToken);

    /// <summary>Null when the account of who was invited is made, without a password.</summary>
    public Task<string?> InvitationAsync(string cookie, string address, CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        if (await ProviderSignIns.FindAsync(commit.Db, cookie, commit.Now, stop) is not { } row || Continuation.InvitationOf(row.Continuation) is not { } link)
        {
            return Over;
        }
        if (await IsTakenAsync(commit.Db, row.Subject!, stop))
        {
            return "This identity belongs to an account already.";
        }
        if (await AcceptInvitation.TakeAsync(commit, link, passwordHash: "", address, stop) is not { } person)
        {
            return "This invitation was used, was revoked, or is too old. Ask for another.";
        }
        await commit.Db.SaveChangesAsync(stop);
        return await AddIdentityAsync(commit, row, person.Id, person.Name, new Actor(person.Name, address), stop);
    }, cancellationToken);

    /// <summary>Null when there is an account of this name now. Only where the operator lets the provider's people in by themselves.</summary>
    public Task<string?> CreateAsync(string cookie, string name, string address, CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        if (!options.Value.SingleSignOn.CreatePeople || await ProviderSignIns.FindAsync(commit.Db, cookie, commit.Now, stop) is not { } row)
        {
            return Over;
        }
        if (await IsTakenAsync(commit.Db, row.Subject!, stop))
        {
            return "This identity belongs to an account already.";
        }
        if (!People.IsName(name) || row.Email is not { } email || !People.IsEmail(email))
        {
            return People.IsName(name) ? "The provider names no e-mail address for you, and an account has one." : People.NotAName(name);
        }
        // A name that somebody was invited under is theirs.
        if (await commit.Db.Invitations.AnyAsync(invitation => invitation.Name == name && invitation.EndedAt == null, stop)
            || await People.AddAsync(
                commit, new NewPerson(name, email, "", IsAdministrator: false) { HasNoPassword = true, IsEmailVerified = row.IsEmailVerified }, "", new Actor(name, address), "single sign-on", stop) is not { } person)
        {
            return People.Taken(name);
        }
        await commit.Db.SaveChangesAsync(stop);
        // It goes on from here, as for somebody known.
        return await AddIdentityAsync(commit, row, person.Id, person.Name, new Actor(person.Name, address), stop, isFinished: false);
    }, cancellationToken);

    /// <summary>Takes an identity away from an account; not the only way in.</summary>
    public Task<FactorChange> UnlinkAsync(OwnAccount account, long id, CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        var own = await commit.Db.LinkedIdentities.Where(row => row.PersonId == account.PersonId).ToListAsync(stop);
        if (own.Find(row => row.Id == id) is not { } gone)
        {
            return FactorChange.No("not-found", "There is no such identity.");
        }
        if (own.Count == 1 && await commit.Db.People.AnyAsync(row => row.Id == account.PersonId && row.PasswordHash == "", stop))
        {
            return FactorChange.No("last-identity", "Your account has no password: without this identity nobody could sign in. Ask an administrator for a link to choose a password first.");
        }
        commit.Db.LinkedIdentities.Remove(gone);
        commit.Record(account.Actor, "identity.unlinked", account.PersonName, gone.Label);
        return FactorChange.Done;
    }, cancellationToken);

    // In the commit that takes the factor: the identity is still this person's, and the provider's word is used up with what it is used for.
    private async Task<FactorVerdict> SpendAsync(
        Commit commit, string cookie, long personId, Func<Task<FactorVerdict>> takeFactor, Func<string, Task> then, CancellationToken cancellationToken)
    {
        if (await ProviderSignIns.FindAsync(commit.Db, cookie, commit.Now, cancellationToken) is not { } row
            || await commit.Db.LinkedIdentities.SingleOrDefaultAsync(
                found => found.Issuer == Issuer && found.Subject == row.Subject && found.PersonId == personId, cancellationToken) is not { } identity)
        {
            return new FactorVerdict.Refused(Over);
        }
        var verdict = await takeFactor();
        if (verdict is FactorVerdict.Accepted accepted)
        {
            identity.LastUsedAt = commit.Now;
            commit.Db.ProviderSignIns.Remove(row);
            await then(accepted.With);
        }
        return verdict;
    }

    private async Task<string?> AddIdentityAsync(
        Commit commit, ProviderSignInRow row, long personId, string personName, Actor actor, CancellationToken cancellationToken, bool isFinished = true)
    {
        if (await IsTakenAsync(commit.Db, row.Subject!, cancellationToken))
        {
            return "This identity belongs to an account already.";
        }
        commit.Db.LinkedIdentities.Add(new LinkedIdentityRow { PersonId = personId, Issuer = Issuer, Subject = row.Subject!, Label = row.Label!, LinkedAt = commit.Now });
        if (isFinished)
        {
            commit.Db.ProviderSignIns.Remove(row);
        }
        commit.Record(actor, "identity.linked", personName, $"{row.Label} of {Issuer}");
        return null;
    }

    private Task<bool> IsTakenAsync(RegistryDb db, string subject, CancellationToken cancellationToken) =>
        db.LinkedIdentities.AnyAsync(row => row.Issuer == Issuer && row.Subject == subject, cancellationToken);
}
