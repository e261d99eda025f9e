using Assay.Npm;

namespace Assay.Cli.Lockfiles;

/// <summary>A package that a lockfile installs. <paramref name="Resolved"/> is null where the lockfile leaves it to the configured registry.</summary>
/// <param name="Name">Its own name, not the one that it is installed under.</param>
/// <param name="Version">The version.</param>
/// <param name="Integrity">Null where the lockfile has none that is worth comparing.</param>
/// <param name="Resolved">Where the tarball comes from.</param>
internal sealed record LockedPackage(PackageName Name, SemanticVersion Version, Integrity? Integrity, Uri? Resolved);

/// <summary>What a lockfile says.</summary>
/// <param name="Packages">Packages of registries, each once.</param>
/// <param name="Others">How many come from elsewhere: Git, other archives.</param>
internal sealed record Lockfile(IReadOnlyList<LockedPackage> Packages, int Others)
{
    /// <summary>Larger ones are refused before they are read.</summary>
    public const int LongestFile = 256 << 20;

    public static Lockfile Of(IEnumerable<LockedPackage?> packages)
    {
        var all = packages.ToList();
        return new Lockfile([.. all.OfType<LockedPackage>().Distinct()], all.Count(package => package is null));
    }
}

/// <summary>The file is no lockfile that can be read here; the text says why.</summary>
internal sealed class LockfileRefused(string text) : Exception(text);
