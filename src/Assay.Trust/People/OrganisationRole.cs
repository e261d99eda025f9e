namespace Assay.Trust.People;

/// <summary>A member's place in an organisation, in npm's words (npm 11, <c>npm org set</c>); each includes those before it.</summary>
public enum OrganisationRole
{
    /// <summary>May make new packages in the organisation's scopes; everything else comes from teams.</summary>
    Developer,

    /// <summary>Admin of every package in its scopes; manages teams, and members who are no owners.</summary>
    Admin,

    /// <summary>As admin; manages also admins and owners.</summary>
    Owner,
}
