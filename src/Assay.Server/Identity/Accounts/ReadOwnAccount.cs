using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>What a person sees of their own account.</summary>
internal sealed record AccountFacts(PersonRow Person, FactorState Factors, bool HasPassword);

/// <summary>Reads it for its owner's pages.</summary>
internal sealed class ReadOwnAccount(RegistryDbSource source)
{
    public async Task<AccountFacts> RunAsync(long personId, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var person = await db.People.SingleAsync(row => row.Id == personId, cancellationToken);
        return new AccountFacts(person, await FactorState.OfAsync(db, personId, cancellationToken), person.PasswordHash.Length > 0);
    }

    public async Task<IReadOnlyList<PasskeyRow>> PasskeysAsync(long personId, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await db.Passkeys.Where(row => row.PersonId == personId).OrderBy(row => row.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Identities at the OpenID provider that sign them in.</summary>
    public async Task<IReadOnlyList<LinkedIdentityRow>> IdentitiesAsync(long personId, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await db.LinkedIdentities.Where(row => row.PersonId == personId).OrderBy(row => row.Id).ToListAsync(cancellationToken);
    }
}
