using Assay.Npm;
using Assay.Server.Data.Rows;
using Assay.Trust.People;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>
/// What the <c>access</c> in a publish means: for a new package a wish up to the ceiling, for an existing one at most a repetition of what it has.
/// A conflict is refused, so that nobody opens or closes a package by a flag in a script.
/// </summary>
internal sealed class FirstAccess(IOptions<AccessOptions> options)
{
    /// <summary>Of a package that has versions.</summary>
    public static (string Access, Denial? Conflict) Existing(PublishAccess? wanted, string current)
    {
        var isSame = wanted is null || (wanted is PublishAccess.Public) == (current == PackageRules.Public);
        return isSame ? (current, null) : ("", Conflict(wanted is PublishAccess.Public, current == PackageRules.Public));
    }

    /// <summary>Of a new one.</summary>
    public (string Access, Denial? Conflict) New(PublishAccess? wanted, ScopeRow? scope)
    {
        var readers = ReadersIn(scope);
        return wanted switch
        {
            PublishAccess.Public when !readers.Allows(ReadCircle.Public) => ("", TooWide(scope)),
            PublishAccess.Public => (PackageRules.Public, null),
            PublishAccess.Restricted => (readers.Restricted.Word(), null),
            _ => (readers.Usual.Word(), null),
        };
    }

    /// <summary>What holds in a scope, or for names without one.</summary>
    public ScopeReaders ReadersIn(ScopeRow? scope) => ScopeReaders.Of(
        Circle(options.Value.Read), Circle(options.Value.Ceiling), ReadCircles.Parse(scope?.Readers), ReadCircles.Parse(scope?.Ceiling));

    private static ReadCircle Circle(ReadAccess access) => access is ReadAccess.Public ? ReadCircle.Public : ReadCircle.Members;

    private static Denial Conflict(bool asksPublic, bool isPublic) => new(
        StatusCodes.Status403Forbidden,
        "access-conflict",
        $"The publish asks for {Words(asksPublic)} access, but the package has {Words(isPublic)} access, and publishing never changes it. Leave --access and publishConfig.access out.");

    private static Denial TooWide(ScopeRow? scope) => new(
        StatusCodes.Status403Forbidden,
        "access-conflict",
        $"The publish asks for public access, but {(scope?.Ceiling is null ? "this registry keeps its packages to its members (Assay:Access:Ceiling)" : $"what is in {scope.Name} stays with {Whom(scope.Ceiling)}")}. Leave --access public and publishConfig.access out.");

    private static string Whom(string ceiling) => ceiling == PackageRules.Teams ? "those who were given a role" : "the registry's members";

    private static string Words(bool isPublic) => isPublic ? "public" : "restricted";
}
