namespace Assay.Trust.People;

/// <summary>A member's place in an organisation, in npm's words (npm 11, <c>npm org set</c>); each includes those before it.</summary>
public enum OrganisationRole
{
    /// <summary>Sees the members, and makes new packages in the organisation's scopes; everything else comes from teams.</summary>
    Developer,

    /// <summary>Admin of every package in its scopes; manages teams, and members who are no owners.</summary>
    Admin,

    /// <summary>As admin; makes owners and unmakes them.</summary>
    Owner,
}

public static class OrganisationRoles
{
    /// <summary>Whether somebody in this place may take a member from one place to another; null is outside.</summary>
    public static bool MayMove(this OrganisationRole mover, OrganisationRole? from, OrganisationRole? to) => mover switch
    {
        OrganisationRole.Owner => true,
        OrganisationRole.Admin => from is not OrganisationRole.Owner && to is not OrganisationRole.Owner,
        _ => false,
    };

    /// <summary>As stored, sent and shown: <c>developer</c>, <c>admin</c>, <c>owner</c>.</summary>
    public static string Word(this OrganisationRole role) => role switch
    {
        OrganisationRole.Owner => "owner",
        OrganisationRole.Admin => "admin",
        _ => "developer",
    };

    public static OrganisationRole? Parse(string? word) => word switch
    {
        "developer" => OrganisationRole.Developer,
        "admin" => OrganisationRole.Admin,
        "owner" => OrganisationRole.Owner,
        _ => null,
    };
}
