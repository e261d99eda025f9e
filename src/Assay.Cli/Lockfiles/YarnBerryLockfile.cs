using Assay.Npm;

namespace Assay.Cli.Lockfiles;

/// <summary>
/// yarn.lock since Yarn 2: YAML. Its checksums are of archives that Yarn makes itself, so there is no integrity of the registry's tarball in it.
/// </summary>
internal static class YarnBerryLockfile
{
    private const string Protocol = "@npm:";
    private const string ArchiveUrl = "__archiveUrl=";

    public static Lockfile Read(string yaml)
    {
        if (YamlTree.Read(yaml) is not [var root] || root.MapAt("__metadata") is null)
        {
            throw new LockfileRefused("It is not what Yarn writes.");
        }
        return Lockfile.Of(root.Members.Where(member => member.Key != "__metadata").Select(member => member.Value as YamlTree.Map)
            .Where(entry => entry?.TextAt("linkType") != "soft").Select(Package));
    }

    // "@acme/x@npm:1.0.0", or with "::__archiveUrl=…" where the tarball is not where registries usually have it.
    private static LockedPackage? Package(YamlTree.Map? entry)
    {
        var resolution = entry?.TextAt("resolution") ?? "";
        var at = resolution.IndexOf(Protocol, StringComparison.Ordinal);
        if (at < 1)
        {
            return null;
        }
        var (reference, parameters) = Split(resolution[(at + Protocol.Length)..]);
        var archive = parameters.Split('&').FirstOrDefault(parameter => parameter.StartsWith(ArchiveUrl, StringComparison.Ordinal));
        var url = archive is null ? null : ResolvedUrl.Read(Uri.UnescapeDataString(archive[ArchiveUrl.Length..]));
        return PackageName.TryParse(resolution[..at], out var name) && SemanticVersion.TryParse(reference, out var version)
            && (archive is null || url is not null)
                ? new LockedPackage(name, version, null, url)
                : null;
    }

    private static (string Reference, string Parameters) Split(string text) =>
        text.IndexOf("::", StringComparison.Ordinal) is >= 0 and var end ? (text[..end], text[(end + 2)..]) : (text, "");
}
