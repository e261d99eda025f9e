using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>People and their passkeys as the framework reads them. It only reads: what changes is written in commits of ours, with its record.</summary>
internal sealed class PasskeyPeople(RegistryDbSource source) : IUserPasskeyStore<PersonRow>
{
    public async Task<PersonRow?> FindByIdAsync(string userId, CancellationToken cancellationToken)
    {
        if (!long.TryParse(userId, out var id))
        {
            return null;
        }
        await using var db = source.Open();
        return await db.People.SingleOrDefaultAsync(person => person.Id == id, cancellationToken);
    }

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(PersonRow user, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return [.. (await db.Passkeys.Where(row => row.PersonId == user.Id).ToListAsync(cancellationToken)).Select(Shown)];
    }

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(PersonRow user, byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await db.Passkeys.SingleOrDefaultAsync(row => row.PersonId == user.Id && row.CredentialId == credentialId, cancellationToken) is { } row
            ? Shown(row)
            : null;
    }

    public async Task<PersonRow?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await db.Passkeys
            .Where(row => row.CredentialId == credentialId)
            .Join(db.People, row => row.PersonId, person => person.Id, (row, person) => person)
            .SingleOrDefaultAsync(cancellationToken);
    }

    public Task<string> GetUserIdAsync(PersonRow user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString());

    public Task<string?> GetUserNameAsync(PersonRow user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Name);

    public Task<string?> GetNormalizedUserNameAsync(PersonRow user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Name);

    public Task<PersonRow?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => throw OnlyReads();

    public Task SetUserNameAsync(PersonRow user, string? userName, CancellationToken cancellationToken) => throw OnlyReads();

    public Task SetNormalizedUserNameAsync(PersonRow user, string? normalizedName, CancellationToken cancellationToken) => throw OnlyReads();

    public Task<IdentityResult> CreateAsync(PersonRow user, CancellationToken cancellationToken) => throw OnlyReads();

    public Task<IdentityResult> UpdateAsync(PersonRow user, CancellationToken cancellationToken) => throw OnlyReads();

    public Task<IdentityResult> DeleteAsync(PersonRow user, CancellationToken cancellationToken) => throw OnlyReads();

    public Task AddOrUpdatePasskeyAsync(PersonRow user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => throw OnlyReads();

    public Task RemovePasskeyAsync(PersonRow user, byte[] credentialId, CancellationToken cancellationToken) => throw OnlyReads();

    public void Dispose()
    {
        // Nothing is held.
    }

    private static NotSupportedException OnlyReads() => new("People and passkeys are changed in commits.");

    // The counter is compared in the commit that takes the answer, where it counts; here any is let through.
    private static UserPasskeyInfo Shown(PasskeyRow row) => new(
        row.CredentialId, row.PublicKey, row.CreatedAt, signCount: 0, row.Transports.Split(',', StringSplitOptions.RemoveEmptyEntries),
        isUserVerified: true, row.IsBackupEligible, row.IsBackedUp, attestationObject: [], clientDataJson: []);
}
