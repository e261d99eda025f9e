using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>An organisation as lists show it.</summary>
internal sealed record OrganisationView(string Name, IReadOnlyList<string> Scopes, IReadOnlyList<string> Owners, int Members)
{
    public JsonObject Shown => new() { ["name"] = Name, ["scopes"] = Texts(Scopes), ["owners"] = Texts(Owners), ["members"] = Members };

    public string Line => $"{Name}  {string.Join(' ', Scopes)}  {Members} member{(Members == 1 ? "" : "s")}, owned by {string.Join(", ", Owners)}";

    public static async Task<IReadOnlyList<OrganisationView>> ListAsync(RegistryDb db, IQueryable<OrganisationRow> organisations, CancellationToken cancellationToken)
    {
        var rows = await organisations.OrderBy(row => row.Name).ToListAsync(cancellationToken);
        var ids = rows.Select(row => row.Id).ToList();
        var scopes = (await db.Scopes.Where(row => ids.Contains(row.OrganisationId!.Value)).OrderBy(row => row.Name).ToListAsync(cancellationToken)).ToLookup(row => row.OrganisationId);
        var members = (await db.OrganisationMembers.Where(row => ids.Contains(row.OrganisationId))
            .Join(db.People, row => row.PersonId, person => person.Id, (row, person) => new { row.OrganisationId, person.Name, row.Role })
            .OrderBy(row => row.Name).ToListAsync(cancellationToken)).ToLookup(row => row.OrganisationId);
        var owner = OrganisationRole.Owner.Word();
        return [.. rows.Select(row => new OrganisationView(
            row.Name,
            [.. scopes[row.Id].Select(scope => scope.Name)],
            [.. members[row.Id].Where(member => member.Role == owner).Select(member => member.Name)],
            members[row.Id].Count()))];
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
