using System.Collections.Frozen;

namespace Assay.Trust.People;

/// <summary>All that decides who may do what with one package.</summary>
/// <param name="Readers">Who reads it without a role.</param>
public sealed record PackageAccess(ReadCircle Readers)
{
    /// <summary>Whom its scope belongs to; null for no organisation.</summary>
    public long? Organisation { get; init; }

    /// <summary>Ids of the package's owners.</summary>
    public FrozenSet<long> Owners { get; init; } = [];

    /// <summary>The highest role that each team was given for the package or for its scope, by the team's id.</summary>
    public FrozenDictionary<long, PackageRole> Teams { get; init; } = FrozenDictionary<long, PackageRole>.Empty;

    /// <summary>The role of a person; of nobody in particular when there is none.</summary>
    public PackageRole RoleOf(Standing? person)
    {
        if (person is null)
        {
            return Readers is ReadCircle.Public ? PackageRole.Read : PackageRole.None;
        }
        if (Owners.Contains(person.PersonId) || person.Administers(Organisation))
        {
            return PackageRole.Admin;
        }
        var role = Readers is ReadCircle.Teams ? PackageRole.None : PackageRole.Read;
        foreach (var team in person.Teams)
        {
            if (Teams.TryGetValue(team, out var given) && given > role)
            {
                role = given;
            }
        }
        return role;
    }

    /// <summary>The role of a person with a token that narrows it.</summary>
    public PackageRole RoleOf(Standing? person, PackageRole limit)
    {
        var role = RoleOf(person);
        return role < limit ? role : limit;
    }
}
