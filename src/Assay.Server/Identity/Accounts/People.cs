using System.Text.RegularExpressions;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>A person to be created.</summary>
internal sealed record NewPerson(string Name, string Email, string Password, bool IsAdministrator)
{
    /// <summary>Signs in by the identity provider alone.</summary>
    public bool HasNoPassword { get; init; }

    /// <summary>Whether they have shown that they read mail at their address.</summary>
    public bool IsEmailVerified { get; init; }
}

/// <summary>Creates people; nobody makes an account for themselves but the first administrator with the setup code, who was invited, and, where that is on, who signs in by the identity provider.</summary>
internal sealed partial class People(CommitQueue commits, Passwords passwords, IOptions<IdentityOptions> options)
{
    /// <summary>Null when created, otherwise what is wrong in one sentence.</summary>
    public async Task<string?> CreateAsync(NewPerson person, Actor actor, CancellationToken cancellationToken) =>
        Problem(person) ?? await CommitAsync(person, actor, commit: null, cancellationToken);

    /// <summary>As <see cref="CreateAsync"/>, with one more decision inside the same commit that may refuse.</summary>
    public async Task<string?> CreateIfAsync(
        NewPerson person, Actor actor, Func<Commit, Task<string?>> alsoDecide, CancellationToken cancellationToken) =>
        Problem(person) ?? await CommitAsync(person, actor, alsoDecide, cancellationToken);

    /// <summary>The row of somebody new, in the commit of what makes them. Null when the name is taken: names are never given again.</summary>
    public static async Task<PersonRow?> AddAsync(Commit commit, NewPerson person, string hash, Actor actor, string detail, CancellationToken cancellationToken)
    {
        if (await commit.Db.People.AnyAsync(row => row.Name == person.Name, cancellationToken))
        {
            return null;
        }
        var row = new PersonRow
        {
            Name = person.Name,
            Email = person.Email,
            EmailVerifiedAt = person.IsEmailVerified ? commit.Now : null,
            PasswordHash = hash,
            IsAdministrator = person.IsAdministrator,
            CreatedAt = commit.Now,
        };
        commit.Db.People.Add(row);
        commit.Record(actor, "person.created", person.Name, detail);
        return row;
    }

    public static string NotAName(string text) =>
        $"'{text}' is not a user name: use 1 to 214 lower-case letters, digits, '-', '_' or '.', not beginning with '.'.";

    public static bool IsName(string text) => NamePattern().IsMatch(text);

    public static bool IsEmail(string text) => text.Length <= 254 && EmailPattern().IsMatch(text);

    /// <summary>Before the commit: it takes its time.</summary>
    public string HashOf(NewPerson person) => person.HasNoPassword ? "" : passwords.Hash(person.Password);

    private Task<string?> CommitAsync(NewPerson person, Actor actor, Func<Commit, Task<string?>>? commit, CancellationToken cancellationToken)
    {
        var hash = HashOf(person);
        return commits.RunAsync(async (inside, stop) =>
        {
            if (await inside.Db.People.AnyAsync(row => row.Name == person.Name, stop))
            {
                return Taken(person.Name);
            }
            if (commit is not null && await commit(inside) is { } refusal)
            {
                return refusal;
            }
            await AddAsync(inside, person, hash, actor, person.IsAdministrator ? "administrator" : "", stop);
            return null;
        }, cancellationToken);
    }

    public static string Taken(string name) => $"There is a person named {name} already.";

    /// <summary>Null when somebody like this can be made.</summary>
    public string? Problem(NewPerson person)
    {
        if (!IsName(person.Name))
        {
            return NotAName(person.Name);
        }
        if (!IsEmail(person.Email))
        {
            return $"'{person.Email}' is not an e-mail address.";
        }
        return person.HasNoPassword ? null : PasswordRules.Problem(person.Password, person.Name, person.Email, options.Value.MinimumPasswordLength);
    }

    [GeneratedRegex(@"^[a-z0-9_-][a-z0-9._-]{0,213}\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[^@\s\p{Cc}]+@[^@\s\p{Cc}]+\z")]
    private static partial Regex EmailPattern();
}
