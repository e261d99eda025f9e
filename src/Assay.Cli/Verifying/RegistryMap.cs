using Assay.Cli.Lockfiles;
using Assay.Cli.Registry;
using Assay.Npm;

namespace Assay.Cli.Verifying;

/// <summary>Which registry is to be asked about a package. One that nobody has named is never asked.</summary>
/// <param name="Given">What <c>--registry</c> says: then it is the only one that is asked.</param>
/// <param name="Config">npm's settings.</param>
internal sealed record RegistryMap(RegistryUrl? Given, NpmConfig Config)
{
    public RegistryUrl? Default => Given ?? Config.Registry;

    /// <summary>For a name that somebody typed.</summary>
    public RegistryUrl? Of(PackageName name) => Given ?? Config.RegistryOf(name) ?? Config.Registry;

    /// <summary>For a package of a lockfile: null when it comes from elsewhere.</summary>
    public RegistryUrl? Of(LockedPackage package) => package.Resolved is { } url
        ? Asked.FirstOrDefault(registry => registry.Contains(url))
        : Config.RegistryOf(package.Name) is { } scoped ? Asked.FirstOrDefault(registry => registry == scoped) : Default;

    private IEnumerable<RegistryUrl> Asked => Given is { } only ? [only] : Config.Registries;
}
