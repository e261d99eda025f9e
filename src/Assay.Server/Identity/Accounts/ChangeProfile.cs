using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>What a person says of themselves. Null is nothing.</summary>
internal sealed record ProfileFacts(string Email, string? FullName, string? Homepage, string? Github)
{
    private const int Longest = 200;

    public static ProfileFacts Of(PersonRow person) => new(person.Email, person.FullName, person.Homepage, person.Github);

    /// <summary>Null when they can be kept.</summary>
    public string? Problem()
    {
        if (!People.IsEmail(Email))
        {
            return $"'{Email}' is not an e-mail address.";
        }
        return new[] { FullName, Homepage, Github }.Any(text => text is not null && (text.Length > Longest || text.Any(char.IsControl)))
            ? $"A name, a homepage and a GitHub name have at most {Longest} characters each, on one line."
            : null;
    }
}

/// <summary>Changes what a person says of themselves. Where there is mail, another address counts once a mail to it was answered.</summary>
internal sealed class ChangeProfile(
    RegistryDbSource source, CommitQueue commits, SecondFactorGate gate, MailIsOn mail, IOptions<IdentityOptions> options, TimeProvider time)
{
    private TimeSpan Life => TimeSpan.FromHours(options.Value.EmailLinkHours);

    /// <summary>The address that has yet to be confirmed, null when nothing waits; or why it is not done.</summary>
    public async Task<(string? Waiting, JsonAnswer? Denial)> RunAsync(HttpContext context, Caller.Member member, ProfileFacts wanted, CancellationToken cancellationToken)
    {
        if (wanted.Problem() is { } problem)
        {
            return (null, NpmError.BadRequest(problem));
        }
        // Mail about the account goes there.
        if (wanted.Email != await EmailAsync(member, cancellationToken)
            && await gate.RefuseAsync(context, member, SensitiveAct.Of($"change the e-mail address to {wanted.Email}", wanted.Email), cancellationToken) is { } asked)
        {
            return (null, asked);
        }
        return (await WriteAsync(member, wanted, cancellationToken), null);
    }

    private async Task<string> EmailAsync(Caller.Member member, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await db.People.Where(row => row.Id == member.PersonId).Select(row => row.Email).SingleAsync(cancellationToken);
    }

    private Task<string?> WriteAsync(Caller.Member member, ProfileFacts wanted, CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        var person = await commit.Db.People.SingleAsync(row => row.Id == member.PersonId, stop);
        var waiting = person.Email == wanted.Email ? null : await ChangeEmailAsync(commit, person, wanted.Email, member, stop);
        if (ProfileFacts.Of(person) with { Email = wanted.Email } != wanted)
        {
            commit.Record(member, "profile.changed", member.PersonName);
        }
        person.FullName = wanted.FullName;
        person.Homepage = wanted.Homepage;
        person.Github = wanted.Github;
        return waiting;
    }, cancellationToken);

    /// <summary>Mails a link to the address that a person has already, so that it counts as theirs.</summary>
    public Task<bool> VerifyAsync(OwnAccount account, CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        var person = await commit.Db.People.SingleAsync(row => row.Id == account.PersonId, stop);
        if (!mail.Value || person.EmailVerifiedAt is not null)
        {
            return false;
        }
        await SendAsync(commit, person, person.Email, stop);
        return true;
    }, cancellationToken);

    /// <summary>Null when there is no such link, or it is over.</summary>
    public async Task<(string PersonName, string Email)?> FindAsync(string capability, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await AccountLinks.FindAsync(db, capability, AccountLinkPurpose.Email, time.GetUtcNow(), cancellationToken) is { Link: var link, Person: var person }
            ? (person.Name, link.Email)
            : null;
    }

    /// <summary>False when the link is over.</summary>
    public Task<bool> ConfirmAsync(string capability, string address, CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        if (await AccountLinks.FindAsync(commit.Db, capability, AccountLinkPurpose.Email, commit.Now, stop) is not { Link: var link, Person: var person })
        {
            return false;
        }
        link.EndedAt = commit.Now;
        commit.Record(new Actor(person.Name, address), "email.changed", person.Name, person.Email == link.Email ? $"{link.Email} confirmed" : $"from {person.Email} to {link.Email}");
        person.Email = link.Email;
        person.EmailVerifiedAt = commit.Now;
        person.EmailDomainGoneAt = null;
        // Publishes name the address, and it is remembered with the token.
        commit.Changed(Credential.AllChanged);
        return true;
    }, cancellationToken);

    private async Task<string?> ChangeEmailAsync(Commit commit, PersonRow person, string email, Caller.Member member, CancellationToken cancellationToken)
    {
        if (mail.Value)
        {
            await SendAsync(commit, person, email, cancellationToken);
            // Told at the address that counts until then.
            commit.Record(member, "email.change-asked", member.PersonName, $"from {person.Email} to {email}");
            return email;
        }
        commit.Record(member, "email.changed", member.PersonName, $"from {person.Email} to {email}");
        person.Email = email;
        person.EmailVerifiedAt = null;
        person.EmailDomainGoneAt = null;
        commit.Changed(Credential.AllChanged);
        return null;
    }

    private async Task SendAsync(Commit commit, PersonRow person, string email, CancellationToken cancellationToken)
    {
        // The newest wish counts.
        await AccountLinks.EndAsync(commit, person.Id, AccountLinkPurpose.Email, cancellationToken);
        var link = await AccountLinks.AddAsync(commit, person, AccountLinkPurpose.Email, email, Life, cancellationToken);
        link.IsMailed = true;
        LinkMail.Send(commit, link);
    }
}
