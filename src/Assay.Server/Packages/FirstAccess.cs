using Assay.Npm;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>
/// What the <c>access</c> in a publish means: for a new package a wish up to the ceiling, for an existing one at most a repetition of what it has.
/// A conflict is refused, so that nobody opens or closes a package by a flag in a script.
/// </summary>
internal sealed class FirstAccess(IOptions<AccessOptions> options)
{
    public (string Access, Denial? Conflict) For(PublishAccess? wanted, string? current)
    {
        var asked = wanted switch
        {
            PublishAccess.Public => PackageRules.Public,
            PublishAccess.Restricted => PackageRules.Members,
            _ => null,
        };
        if (current is not null)
        {
            return asked is null || asked == current ? (current, null) : ("", Existing(asked, current));
        }
        var isTooWide = asked == PackageRules.Public && options.Value is { Ceiling: ReadAccess.Members, Read: ReadAccess.Members };
        return isTooWide ? ("", TooWide()) : (asked ?? Default(), null);
    }

    private string Default() => options.Value.Read == ReadAccess.Public ? PackageRules.Public : PackageRules.Members;

    private static Denial Existing(string asked, string current) => new(
        StatusCodes.Status403Forbidden,
        "access-conflict",
        $"The publish asks for {Words(asked)} access, but the package has {Words(current)} access, and publishing never changes it. Leave --access and publishConfig.access out.");

    private static Denial TooWide() => new(
        StatusCodes.Status403Forbidden,
        "access-conflict",
        "The publish asks for public access, but this registry keeps its packages to its members (Assay:Access:Ceiling). Leave --access public and publishConfig.access out.");

    private static string Words(string access) => access == PackageRules.Public ? "public" : "restricted";
}
