using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;

namespace Assay.Server.Packages;

/// <summary>Who may read and who may change a package.</summary>
internal static class PackageRules
{
    public const string Public = "public";
    public const string Members = "members";

    public static bool MayRead(Caller caller, PackageName name, string access) => caller switch
    {
        _ when access == Public => true,
        Caller.Member => true,
        Caller.Workload workload => workload.Grant.Package == name && !workload.Grant.IsUsed,
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

    public JsonAnswer ToAnswer() => NpmError.With(Status, Code, Text, Notice);
}
