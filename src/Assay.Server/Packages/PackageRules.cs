using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;

namespace Assay.Server.Packages;

/// <summary>Who may read a package, from memory, and in which words whoever may not do something is told so.</summary>
internal static class PackageRules
{
    public const string Public = "public";
    public const string Members = "members";
    public const string Teams = "teams";

    private const int NamesShown = 5;

    /// <summary>By who the caller is or what it was given for this very package; what was given for patterns the authority knows.</summary>
    public static bool MayRead(Caller caller, PackageSnapshot package) => caller switch
    {
        _ when package.IsPublic => true,
        Caller.Member member => RoleOf(member, member.Standing, package.Access, package.Facts.Name.Value) >= PackageRole.Read,
        Caller.Workload { Grant: { IsUsed: false } grant } => grant.IsFor(package.Facts.Name),
        _ => false,
    };

    /// <summary>What the person may do with the package, and no more than their token may. Every question about a role comes through here.</summary>
    public static PackageRole RoleOf(Caller.Member member, Standing standing, PackageAccess access, string package) =>
        access.RoleOf(standing, member.Token.LimitFor(package));

    public static ReadCircle ReadersOf(PackageRow package) => ReadersOf(package.Access);

    // A word that nobody knows opens nothing.
    public static ReadCircle ReadersOf(string access) => ReadCircles.Parse(access) ?? ReadCircle.Teams;

    /// <summary>One answer, whether the name is nobody's or the caller may not know whose it is.</summary>
    public static Denial Unknown(string package) =>
        new(StatusCodes.Status404NotFound, "not-found", $"{package} is not in this registry, or you may not know it.");

    public static Denial ReadOnlyToken { get; } = new(
        StatusCodes.Status403Forbidden, "read-only-token", "This access token may only read. Use one that may write, or trusted publishing from CI.");

    /// <summary>Who has the role, with a token that was not made for it.</summary>
    public static Denial TooNarrow(AccessTokenUse token, string what) => token switch
    {
        { IsReadOnly: true } => ReadOnlyToken,
        _ when token.MayStage(what) => new Denial(
            StatusCodes.Status403Forbidden, "token-too-narrow", $"This access token may read {what} and stage versions of it, which others approve: npm stage publish."),
        _ => new Denial(StatusCodes.Status403Forbidden, "token-too-narrow", $"This access token was not made to change {what}. See what it is for: npm token list"),
    };

    /// <summary>To somebody who reads the package, and so sees its owners anyway.</summary>
    public static Denial TooLow(PackageRow package, PackageRole own, PackageRole need, IReadOnlyList<string> owners)
    {
        var help = owners.Count == 0
            ? "Administrators of its scope can help."
            : $"These can help: {string.Join(", ", owners.Take(NamesShown))}.";
        return new Denial(
            StatusCodes.Status403Forbidden, "not-an-owner",
            $"You do not have permission to change {package.Name} in this way: you are not one of its owners. It takes the role {need.Word()}, and yours is {own.Word()}. {help}");
    }

    public static Denial NotInTheOrganisation(PackageName name) => new(
        StatusCodes.Status403Forbidden, "not-in-the-organisation",
        $"You do not have permission to make {name}: {name.Scope} belongs to an organisation, and only its members make new packages there. They, and administrators of this registry, can help.");
}

/// <summary>An expected refusal: what a client is told, and the stable code of it.</summary>
internal sealed record Denial(int Status, string Code, string Text)
{
    public string? Notice { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public JsonAnswer ToAnswer() => NpmError.With(Status, Code, Text, Notice, RetryAfter);
}
