using System.Text.RegularExpressions;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>A person to be created.</summary>
internal sealed record NewPerson(string Name, string Email, string Password, bool IsAdministrator);

/// <summary>Creates people; nobody can create an account for themselves except the first administrator, with the setup code.</summary>
internal sealed partial class People(CommitQueue commits, Passwords passwords, IOptions<IdentityOptions> options)
{
    /// <summary>Null when created, otherwise what is wrong in one sentence.</summary>
    public async Task<string?> CreateAsync(NewPerson person, Actor actor, CancellationToken cancellationToken) =>
        Problem(person) ?? await CommitAsync(person, actor, commit: null, cancellationToken);

    /// <summary>As <see cref="CreateAsync"/>, with one more decision inside the same commit that may refuse.</summary>
    public async Task<string?> CreateIfAsync(
        NewPerson person, Actor actor, Func<Commit, Task<string?>> alsoDecide, CancellationToken cancellationToken) =>
        Problem(person) ?? await CommitAsync(person, actor, alsoDecide, cancellationToken);

    public static bool IsName(string text) => NamePattern().IsMatch(text);

    public static bool IsEmail(string text) => text.Length <= 254 && EmailPattern().IsMatch(text);

    private Task<string?> CommitAsync(NewPerson person, Actor actor, Func<Commit, Task<string?>>? commit, CancellationToken cancellationToken)
    {
        var hash = passwords.Hash(person.Password);
        return commits.RunAsync(async (inside, stop) =>
        {
            if (await inside.Db.People.AnyAsync(row => row.Name == person.Name, stop))
            {
                return $"There is a person named {person.Name} already.";
            }
            if (commit is not null && await commit(inside) is { } refusal)
            {
                return refusal;
            }
            inside.Db.People.Add(new PersonRow
            {
                Name = person.Name,
                Email = person.Email,
                PasswordHash = hash,
                IsAdministrator = person.IsAdministrator,
                CreatedAt = inside.Now,
            });
            inside.Record(actor, "person.created", person.Name, person.IsAdministrator ? "administrator" : "");
            return (string?)null;
        }, cancellationToken);
    }

    private string? Problem(NewPerson person)
    {
        if (!IsName(person.Name))
        {
            return $"'{person.Name}' is not a user name: use 1 to 214 lower-case letters, digits, '-', '_' or '.', not beginning with '.'.";
        }
        if (!IsEmail(person.Email))
        {
            return $"'{person.Email}' is not an e-mail address.";
        }
        return PasswordRules.Problem(person.Password, person.Name, person.Email, options.Value.MinimumPasswordLength);
    }

    [GeneratedRegex(@"^[a-z0-9_-][a-z0-9._-]{0,213}\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[^@\s\p{Cc}]+@[^@\s\p{Cc}]+\z")]
    private static partial Regex EmailPattern();
}
