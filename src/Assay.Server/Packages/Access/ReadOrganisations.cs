using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Trust.People;

namespace Assay.Server.Packages;

/// <summary>Organisations as those see them who may know them.</summary>
internal sealed class ReadOrganisations(RegistryDbSource source)
{
    /// <summary>Somebody's own; all of them for administrators.</summary>
    public async Task<IReadOnlyList<OrganisationView>> ListAsync(Caller.Member member, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var readable = member.Token.Reach.ReadableOrganisations;
        var known = db.Organisations.Where(row => readable == null || readable.Contains(row.Name)).Where(row => member.IsAdministrator
            || db.OrganisationMembers.Any(place => place.OrganisationId == row.Id && place.PersonId == member.PersonId));
        return await OrganisationView.ListAsync(db, known, cancellationToken);
    }

    /// <summary>One, and the caller's place in it; or the answer to who may not know it.</summary>
    public async Task<(OrganisationView? View, OrganisationRole Place, JsonAnswer? Denial)> FindAsync(string name, Caller.Member member, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var (known, denial) = await Organisations.FindAsync(db, name, member, cancellationToken);
        return known is null
            ? (null, OrganisationRole.Developer, denial)
            : ((await OrganisationView.ListAsync(db, db.Organisations.Where(row => row.Id == known.Row.Id), cancellationToken))[0], known.Place, null);
    }
}
