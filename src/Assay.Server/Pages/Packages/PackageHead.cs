using Assay.Npm;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.People;

namespace Assay.Server.Pages;

/// <summary>The pages of a package, in the order of their tabs.</summary>
internal enum PackageTab
{
    Overview,
    Versions,
    Files,
    Dependents,
    Trust,
    Publishing,
}

/// <summary>What the pages of a package have on top: its name, what it is, and the tabs that this visitor has.</summary>
/// <param name="Name">The package.</param>
/// <param name="Package">As it is read; null when there is nothing to read for this visitor, as of a name that a policy reserved.</param>
/// <param name="Role">What the visitor may do with it.</param>
internal sealed record PackageHead(PackageName Name, PackageSnapshot? Package, PackageRole Role)
{
    public PackageTab Tab { get; init; }

    /// <summary>The version that the page is about; null for the newest.</summary>
    public string? Version { get; init; }

    /// <summary>Where that version came from; null when there is none.</summary>
    public OriginMark? Origin { get; init; }

    /// <summary>The version that <c>latest</c> shows.</summary>
    public VersionFacts? Latest { get; } = Package is null ? null : Find(Package.Facts, Package.Facts.DistTags.GetValueOrDefault("latest"));

    /// <summary>The version that the page is about, with what is known of it; null when there is none.</summary>
    public VersionFacts? Facts => Version is null || Package is null ? Latest : Find(Package.Facts, Version);

    /// <summary>Below the registry: <c>-/packages/@acme/x</c>.</summary>
    public string Address => AddressOf(Name);

    /// <summary>Whoever writes sees locks and stages; whoever administers changes them.</summary>
    public bool MayWrite => Role >= PackageRole.Write;

    public bool MayAdminister => Role >= PackageRole.Admin;

    public static string AddressOf(PackageName name) => $"-/packages/{name}";

    /// <summary>The version of that number.</summary>
    public static VersionFacts? Find(PackumentFacts facts, string? version) => facts.Versions.FirstOrDefault(candidate => candidate.Version == version);
}

/// <summary>Reads what the pages of a package or a scope have on top.</summary>
internal sealed class ReadPackageHead(PackageDocuments documents, MarkProvenance marks, FindScopeOwner owners)
{
    /// <summary>Null when there is nothing that this visitor may read.</summary>
    /// <param name="package">As it stands in the address.</param>
    /// <param name="visitor">Who looks.</param>
    /// <param name="tab">The page.</param>
    /// <param name="version">The version that the page is about; null for the newest.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<PackageHead?> ReadableAsync(string package, Visitor visitor, PackageTab tab, string? version, CancellationToken cancellationToken) =>
        PackageName.TryParse(package, null, out var name) && await OfAsync(name, visitor, tab, version, cancellationToken) is { Package: not null } head ? head : null;

    /// <summary>Also of a name without versions: whoever may see what is said of it, the page's operation knows.</summary>
    public async Task<PackageHead> OfAsync(PackageName name, Visitor visitor, PackageTab tab, string? version, CancellationToken cancellationToken)
    {
        var package = await documents.FindReadableAsync(name, visitor.Caller, cancellationToken);
        var head = new PackageHead(name, package, RoleOf(name, package, visitor)) { Tab = tab, Version = version };
        if (head.Facts is not { } about)
        {
            return head;
        }
        var proved = await marks.OfAsync(name, [about.Version], visitor.Caller, cancellationToken);
        return head with { Origin = new OriginMark(proved.Count > 0, about.Publisher?.TrustedPublisher is not null) };
    }

    public async Task<ScopeHead> OfScopeAsync(string scope, Visitor visitor, PackageTab tab, CancellationToken cancellationToken) =>
        new(scope, visitor.Member is { } member ? await owners.OfAsync(scope, member, cancellationToken) : null, tab);

    private static PackageRole RoleOf(PackageName name, PackageSnapshot? package, Visitor visitor) => (package, visitor.Member) switch
    {
        (_, { IsAdministrator: true }) => PackageRole.Admin,
        (null, _) => PackageRole.None,
        (_, null) => PackageRole.Read,
        var (known, member) => PackageRules.RoleOf(member, member.Standing, known.Access, name.Value),
    };
}
