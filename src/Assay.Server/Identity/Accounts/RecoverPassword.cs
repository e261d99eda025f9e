using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Data.Sealing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>Whose password a link lets choose.</summary>
internal sealed record PendingRecovery(long PersonId, string PersonName, string Email);

/// <summary>
/// Another password by a mailed link, for who has forgotten theirs. Reading somebody's mail is not being them: whoever has a second factor gives it here as everywhere.
/// </summary>
internal sealed class RecoverPassword(
    RegistryDbSource source, CommitQueue commits, Passwords passwords, SecretSeal seal, FactorTries tries, MailIsOn mail, IOptions<IdentityOptions> options, TimeProvider time)
{
    // An address that many have is nobody's own.
    private const int MostOfAnAddress = 5;
    private const int MostOfADay = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(2);

    public bool IsOffered => mail.Value;

    /// <summary>Mails links to whoever this is: a name or an address, where somebody has shown that they read mail. It returns the same whether that is somebody or not.</summary>
    public async Task AskAsync(string who, CancellationToken cancellationToken) => await commits.RunAsync(async (commit, stop) =>
    {
        var people = await commit.Db.People
            .Where(row => (row.Name == who || row.Email == who) && row.DisabledAt == null && row.EmailVerifiedAt != null)
            .Where(row => row.PasswordHash != "" || !commit.Db.LinkedIdentities.Any(identity => identity.PersonId == row.Id))
            .OrderBy(row => row.Id).Take(MostOfAnAddress).ToListAsync(stop);
        foreach (var person in people)
        {
            if (await MayAskAsync(commit, person.Id, stop))
            {
                var life = TimeSpan.FromMinutes(options.Value.RecoveryMinutes);
                var link = await AccountLinks.AddAsync(commit, person, AccountLinkPurpose.Password, person.Email, life, stop);
                link.IsMailed = true;
                LinkMail.Send(commit, link);
            }
        }
        return true;
    }, cancellationToken);

    /// <summary>Null when there is no such link, or it is over.</summary>
    public async Task<PendingRecovery?> FindAsync(string capability, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await AccountLinks.FindAsync(db, capability, AccountLinkPurpose.Password, time.GetUtcNow(), cancellationToken) is { Person: var person }
            ? new PendingRecovery(person.Id, person.Name, person.Email)
            : null;
    }

    /// <summary>Null when it is done, otherwise what is wrong. The password first: as long as it may not be chosen, no factor is used up.</summary>
    public async Task<string?> RunAsync(
        string capability, PendingRecovery pending, string password, FactorAnswer? factor, string address, CancellationToken cancellationToken)
    {
        if (PasswordRules.Problem(password, pending.PersonName, pending.Email, options.Value.MinimumPasswordLength) is { } problem)
        {
            return problem;
        }
        var (hash, actor) = (passwords.Hash(password), new Actor(pending.PersonName, address));
        var key = await FactorKey.ForAsync(seal, factor, cancellationToken);
        var verdict = await tries.RunAsync(pending.PersonId, address, factor, () => commits.RunAsync(async (commit, stop) =>
        {
            if (await AccountLinks.FindAsync(commit.Db, capability, AccountLinkPurpose.Password, commit.Now, stop) is not { Link: var link, Person: var person })
            {
                return new FactorVerdict.Refused("This link was used, was replaced by a newer one, or is too old. Ask for another.");
            }
            var taken = await AcceptFactor.RunIfEnrolledAsync(commit, key, person.Id, factor, actor, stop);
            if (taken is FactorVerdict.Accepted)
            {
                await ChangeAsync(commit, link, person, hash, actor, stop);
            }
            return taken;
        }, cancellationToken), cancellationToken);
        return verdict.Problem;
    }

    private static async Task ChangeAsync(Commit commit, AccountLinkRow link, PersonRow person, string hash, Actor actor, CancellationToken cancellationToken)
    {
        link.EndedAt = commit.Now;
        await AccountLinks.EndAsync(commit, person.Id, AccountLinkPurpose.Password, cancellationToken);
        await AccountLinks.EndAsync(commit, person.Id, AccountLinkPurpose.Email, cancellationToken);
        person.PasswordHash = hash;
        var ended = await EndSignIns.RunAsync(commit, person.Id, butToken: null, butBrowser: null, cancellationToken);
        commit.Record(actor, "password.recovered", person.Name, ended.ToString());
    }

    // A stranger who knows a name shall fill nobody's mailbox.
    private static async Task<bool> MayAskAsync(Commit commit, long personId, CancellationToken cancellationToken)
    {
        var (day, pause) = (commit.Now.AddDays(-1), commit.Now - Pause);
        var lately = await commit.Db.AccountLinks
            .Where(row => row.PersonId == personId && row.Purpose == AccountLinkPurpose.Password && row.CreatedAt > day)
            .Select(row => row.CreatedAt).ToListAsync(cancellationToken);
        return lately.Count < MostOfADay && lately.TrueForAll(at => at <= pause);
    }
}
