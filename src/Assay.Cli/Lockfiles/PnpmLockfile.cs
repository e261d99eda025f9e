using Assay.Npm;

namespace Assay.Cli.Lockfiles;

/// <summary>pnpm-lock.yaml, version 9: the member <c>packages</c>, by name and version. A file may have several documents.</summary>
internal static class PnpmLockfile
{
    public static Lockfile Read(string yaml)
    {
        var documents = YamlTree.Read(yaml);
        if (documents.Count == 0 || documents.Any(document => document.TextAt("lockfileVersion") is not { } version || !IsReadable(version)))
        {
            throw new LockfileRefused("Only lockfileVersion 9 of pnpm can be read. pnpm 9 and later write it: pnpm install --lockfile-only");
        }
        return Lockfile.Of(documents.SelectMany(document => document.MapAt("packages")?.Members ?? new Dictionary<string, YamlTree>())
            .Select(member => Package(member.Key, member.Value)));
    }

    private static bool IsReadable(string version) => version == "9" || version.StartsWith("9.", StringComparison.Ordinal);

    private static LockedPackage? Package(string key, YamlTree entry)
    {
        var resolution = (entry as YamlTree.Map)?.MapAt("resolution");
        var tarball = resolution?.TextAt("tarball");
        var url = tarball is null ? null : ResolvedUrl.Read(tarball);
        // The first sign may be the scope's.
        if (key.Length < 2 || key.IndexOf('@', 1) is not (> 0 and var at) || tarball is not null && url is null
            || !PackageName.TryParse(key[..at], out var name) || !SemanticVersion.TryParse(key[(at + 1)..], out var version))
        {
            return null;
        }
        return new LockedPackage(name, version, Integrity.TryParse(resolution?.TextAt("integrity"), out var integrity) ? integrity : null, url);
    }
}
