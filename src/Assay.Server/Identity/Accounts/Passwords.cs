using Assay.Server.Data.Rows;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>The framework's password hasher, and the same work for names that do not exist so that time tells nothing.</summary>
internal sealed class Passwords
{
    private readonly PasswordHasher<PersonRow> hasher;
    private readonly Lazy<string> nobody;

    public Passwords(IOptions<IdentityOptions> options)
    {
        hasher = new PasswordHasher<PersonRow>(Options.Create(new PasswordHasherOptions { IterationCount = options.Value.PasswordIterations }));
        nobody = new Lazy<string>(() => Hash("a password that nobody has"));
    }

    // The hasher's person argument is unused by the framework's own implementation.
    public string Hash(string password) => hasher.HashPassword(null!, password);

    public bool Verify(PersonRow? person, string password)
    {
        var known = person is { PasswordHash.Length: > 0 };
        return hasher.VerifyHashedPassword(null!, known ? person!.PasswordHash : nobody.Value, password) != PasswordVerificationResult.Failed && known;
    }
}
