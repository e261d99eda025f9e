using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

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

internal sealed class ChangeProfile(CommitQueue commits)
{
    public Task<bool> RunAsync(Caller.Member member, ProfileFacts wanted, CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        var person = await commit.Db.People.SingleAsync(row => row.Id == member.PersonId, stop);
        if (person.Email != wanted.Email)
        {
            commit.Record(member, "email.changed", member.PersonName, $"from {person.Email} to {wanted.Email}");
            // Publishes name the address, and it is remembered with the token.
            commit.Changed(Credential.AllChanged);
        }
        if (ProfileFacts.Of(person) with { Email = wanted.Email } != wanted)
        {
            commit.Record(member, "profile.changed", member.PersonName);
        }
        person.Email = wanted.Email;
        person.FullName = wanted.FullName;
        person.Homepage = wanted.Homepage;
        person.Github = wanted.Github;
        return true;
    }, cancellationToken);
}
