using Assay.Server.Answers;
using Assay.Trust.People;

namespace Assay.Server.Identity;

/// <summary>Why something about an organisation is not done.</summary>
internal static class OrganisationDenials
{
    /// <summary>The same for one that does not exist and for one that the caller may not know.</summary>
    public static JsonAnswer Unknown(string organisation) =>
        NpmError.NotFound($"There is no organisation {organisation}, or you are not one of its members.", "organisation-not-found");

    public static JsonAnswer UnknownTeam(string organisation, string team) =>
        NpmError.NotFound($"The organisation {organisation} has no team {team}. See: npm team ls {organisation}", "team-not-found");

    public static JsonAnswer UnknownPerson(string name) => NpmError.NotFound($"There is no person named {name}.", "person-not-found");

    public static JsonAnswer NotAMember(string organisation, string name) =>
        NpmError.NotFound($"{name} is not a member of the organisation {organisation}. See: npm org ls {organisation}", "not-a-member");

    public static JsonAnswer TooLow(string organisation, OrganisationRole place) => NpmError.Forbidden(
        $"You are {Article(place)} of the organisation {organisation}. Its owners and admins manage teams and members, and only its owners make and remove owners: npm org ls {organisation}",
        "organisation-role-too-low");

    public static JsonAnswer LastOwner(string organisation, string name) => NpmError.Conflict(
        $"{name} is the last owner of the organisation {organisation}, and it has to have one. Make somebody else an owner first: npm org set {organisation} NAME owner",
        "last-owner");

    private static string Article(OrganisationRole place) => place is OrganisationRole.Developer ? "a developer" : $"an {place.Word()}";
}
