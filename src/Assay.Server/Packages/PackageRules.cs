using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;

namespace Assay.Server.Packages;

/// <summary>Who may read and who may change a package.</summary>
internal static class PackageRules
{
    public const string Public = "public";
    public const string Members = "members";

    /// <summary>By who the caller is or what it was given for this very package; what was given for patterns the authority knows.</summary>
    public static bool MayRead(Caller caller, PackageSnapshot package) => caller switch
    {
        _ when package.Access == Public => true,
        Caller.Member => true,
        Caller.Workload { Grant: { IsUsed: false } grant } => grant.IsFor(package.Facts.Name),
        _ => false,
    };

    /// <summary>Null when this person may change the package; a name without a package yet is free to take.</summary>
    public static Denial? MayChange(Caller.Member member, PackageRow? package, IReadOnlyCollection<long> ownerIds)
    {
        if (member.Token.IsReadOnly)
        {
            return new Denial(StatusCodes.Status403Forbidden, "read-only-token", "This access token may only read. Use one that may write, or trusted publishing from CI.");
        }
        return package is null || member.IsAdministrator || ownerIds.Contains(member.PersonId)
            ? null
            : new Denial(StatusCodes.Status403Forbidden, "not-an-owner", $"You do not have permission to change {package.Name}: you are not one of its owners.");
    }
}

/// <summary>An expected refusal: what a client is told, and the stable code of it.</summary>
internal sealed record Denial(int Status, string Code, string Text)
{
    public string? Notice { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public JsonAnswer ToAnswer() => NpmError.With(Status, Code, Text, Notice, RetryAfter);
}
