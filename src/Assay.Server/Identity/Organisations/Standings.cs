using System.Collections.Frozen;
using Assay.Server.Data;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>Reads what a person is in the registry: for the credential that is remembered, and for a change inside its own commit.</summary>
internal static class Standings
{
    /// <summary>Whoever changes one names <see cref="Credential.AllChanged"/>: a team or an organisation can be many people's.</summary>
    public static async Task<Standing> OfAsync(RegistryDb db, long personId, CancellationToken cancellationToken)
    {
        var isAdministrator = await db.People.AnyAsync(row => row.Id == personId && row.IsAdministrator && row.DisabledAt == null, cancellationToken);
        var places = await db.OrganisationMembers.Where(row => row.PersonId == personId)
            .Select(row => new { row.OrganisationId, row.Role }).ToListAsync(cancellationToken);
        var teams = await db.TeamMembers.Where(row => row.PersonId == personId).Select(row => row.TeamId).ToListAsync(cancellationToken);
        return new Standing(personId, isAdministrator)
        {
            // A word that nobody knows gives the least.
            Organisations = places.ToFrozenDictionary(place => place.OrganisationId, place => OrganisationRoles.Parse(place.Role) ?? OrganisationRole.Developer),
            Teams = teams.ToFrozenSet(),
        };
    }
}
