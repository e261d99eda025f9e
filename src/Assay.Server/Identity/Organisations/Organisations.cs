using System.Text.RegularExpressions;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>Finds an organisation for somebody, and says whether they may change it. Asked inside the commit of each change.</summary>
internal static partial class Organisations
{
    /// <summary>The organisation and the caller's place in it, or the answer to who may not know it.</summary>
    public static async Task<(KnownOrganisation? Known, JsonAnswer? Denial)> FindAsync(
        RegistryDb db, string name, Caller.Member member, CancellationToken cancellationToken)
    {
        var row = await db.Organisations.SingleOrDefaultAsync(found => found.Name == name, cancellationToken);
        return row is not null && member.Token.MayReadOrganisation(name) && (await Standings.OfAsync(db, member.PersonId, cancellationToken)).PlaceIn(row.Id) is { } place
            ? (new KnownOrganisation(row, place), null)
            : (null, OrganisationDenials.Unknown(name));
    }

    /// <summary>As <see cref="FindAsync"/>, for a change that takes at least this place.</summary>
    public static async Task<(KnownOrganisation? Known, JsonAnswer? Denial)> FindToChangeAsync(
        RegistryDb db, string name, Caller.Member member, OrganisationRole least, CancellationToken cancellationToken)
    {
        var (known, denial) = await FindAsync(db, name, member, cancellationToken);
        if (known is null)
        {
            return (null, denial);
        }
        if (!member.Token.MayChangeOrganisation(name))
        {
            return (null, member.Token.IsReadOnly ? Denials.ReadOnlyToken() : Denials.TokenTooNarrow($"changing the organisation {name}"));
        }
        return known.Place >= least ? (known, null) : (null, OrganisationDenials.TooLow(name, known.Place));
    }

    /// <summary>The organisation with its first owner; it has no scope yet. Null when the name is taken.</summary>
    public static async Task<OrganisationRow?> AddAsync(Commit commit, string name, PersonRow owner, Actor actor, CancellationToken cancellationToken)
    {
        if (await commit.Db.Organisations.AnyAsync(row => row.Name == name, cancellationToken))
        {
            return null;
        }
        var organisation = new OrganisationRow { Name = name, CreatedAt = commit.Now };
        commit.Db.Organisations.Add(organisation);
        await commit.Db.SaveChangesAsync(cancellationToken);
        commit.Db.OrganisationMembers.Add(new OrganisationMemberRow { OrganisationId = organisation.Id, PersonId = owner.Id, Role = OrganisationRole.Owner.Word(), Since = commit.Now });
        commit.Record(actor, "org.created", name);
        commit.Record(actor, "org.member-set", $"{name} {owner.Name}", OrganisationRole.Owner.Word());
        commit.Changed(Credential.AllChanged);
        return organisation;
    }

    /// <summary>Of an organisation or a team: it stands in addresses, and after <c>@</c>.</summary>
    public static bool IsName(string text) => NamePattern().IsMatch(text);

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,99}\z")]
    private static partial Regex NamePattern();
}

/// <summary>An organisation, and where in it the caller is.</summary>
internal sealed record KnownOrganisation(OrganisationRow Row, OrganisationRole Place);
