using System.Collections.Frozen;

namespace Assay.Trust.People;

/// <summary>A person's place in the registry, as far as it decides about packages.</summary>
/// <param name="PersonId">Who it is.</param>
/// <param name="IsAdministrator">Of the whole registry.</param>
public sealed record Standing(long PersonId, bool IsAdministrator)
{
    /// <summary>By the organisation's id.</summary>
    public FrozenDictionary<long, OrganisationRole> Organisations { get; init; } = FrozenDictionary<long, OrganisationRole>.Empty;

    /// <summary>Ids of the person's teams.</summary>
    public FrozenSet<long> Teams { get; init; } = [];

    /// <summary>Owner or admin of that organisation, or of the registry.</summary>
    public bool Administers(long? organisation) =>
        IsAdministrator || (organisation is { } id && Organisations.TryGetValue(id, out var role) && role >= OrganisationRole.Admin);

    /// <summary>In whichever role.</summary>
    public bool IsMemberOf(long organisation) => IsAdministrator || Organisations.ContainsKey(organisation);

    /// <summary>What somebody can do in an organisation: administrators of the registry all that its owners can. Null for who may not know it.</summary>
    public OrganisationRole? PlaceIn(long organisation) => IsAdministrator ? OrganisationRole.Owner
        : Organisations.TryGetValue(organisation, out var role) ? role
        : null;
}
