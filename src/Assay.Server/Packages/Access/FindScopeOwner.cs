using Assay.Server.Data;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Finds whose a scope is, for those who know the scope.</summary>
internal sealed class FindScopeOwner(RegistryDbSource source)
{
    /// <summary>The organisation's name; null for a scope without one, and for who may not know it.</summary>
    public async Task<string?> OfAsync(string scope, Caller.Member member, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await Scopes.MaySeeAsync(db, scope, member, cancellationToken)
            ? await db.Scopes.Where(row => row.Name == scope)
                .Join(db.Organisations, row => row.OrganisationId, organisation => organisation.Id, (_, organisation) => organisation.Name).SingleOrDefaultAsync(cancellationToken)
            : null;
    }
}
