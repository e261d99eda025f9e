using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

internal abstract record SignInResult
{
    internal sealed record Accepted(PersonRow Person) : SignInResult;

    internal sealed record Refused(string Text, string Code) : SignInResult;

    internal sealed record Wait(TimeSpan For) : SignInResult
    {
        public string Text => $"Too many failed sign-ins. Try again in {Math.Ceiling(For.TotalSeconds)} seconds.";
    }
}

/// <summary>Checks a name and password. An unknown name and a wrong password are the same, in words and in time.</summary>
internal sealed class SignIn(RegistryDbSource source, Passwords passwords, SignInThrottle throttle, IOptions<IdentityOptions> options)
{
    public const string Disabled = "This account is disabled. Ask an administrator of the registry.";

    public async Task<SignInResult> CheckAsync(string name, string password, string address, CancellationToken cancellationToken)
    {
        // One at a time for an address: guesses that come at once would all be checked before the first failure is counted.
        var turn = throttle.TurnOf(address);
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await CheckInTurnAsync(name, password, address, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<SignInResult> CheckInTurnAsync(string name, string password, string address, CancellationToken cancellationToken)
    {
        if (throttle.WaitFor(name, address) is var wait && wait > TimeSpan.Zero)
        {
            return new SignInResult.Wait(wait);
        }
        await using var db = source.Open();
        var person = People.IsName(name) ? await db.People.SingleOrDefaultAsync(row => row.Name == name, cancellationToken) : null;
        if (!passwords.Verify(person, password))
        {
            throttle.Failed(name, address);
            return new SignInResult.Refused("The name or the password is wrong.", "wrong-password");
        }
        throttle.Succeeded(name, address);
        // Only whoever has the password learns it.
        return person switch
        {
            { DisabledAt: not null } => new SignInResult.Refused(Disabled, "account-disabled"),
            _ when !MayUse(person!) => new SignInResult.Refused($"This registry signs people in by {options.Value.SingleSignOn.DisplayName}.", "single-sign-on-only"),
            _ => new SignInResult.Accepted(person!),
        };
    }

    /// <summary>Whether this person has a password that counts.</summary>
    public async Task<bool> HasPasswordAsync(long personId, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await db.People.SingleAsync(row => row.Id == personId, cancellationToken) is var person && person.PasswordHash.Length > 0 && MayUse(person);
    }

    // Where passwords are off, administrators keep theirs: for when the provider is down, or says what it should not.
    private bool MayUse(PersonRow person) => options.Value.SingleSignOn.PasswordSignIn || person.IsAdministrator;
}
