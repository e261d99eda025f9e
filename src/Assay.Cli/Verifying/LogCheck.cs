using Assay.Cli.Registry;
using Assay.Npm;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Notes;

namespace Assay.Cli.Verifying;

/// <summary>
/// What the log has about a version: everything shown is in it, and it has exactly these bytes. What a registry leaves out of its answer cannot be
/// seen here.
/// </summary>
internal static class LogCheck
{
    public const string Publish = "publish";

    public static Finding Check(PackageLog? log, TreeHead head, PackageName name, SemanticVersion version, Integrity integrity)
    {
        if (log is null || log.Entries.Count == 0)
        {
            return Finding.Refuted(Finding.Log, $"the log of {head.Origin} has nothing about this version");
        }
        if (log.Entries.FirstOrDefault(entry => !IsIncluded(entry, head)) is { } outside)
        {
            return Finding.Refuted(Finding.Log, $"entry {outside.Index} is not in the log's tree of {head.Size} leaves");
        }
        return CheckPublishes([.. log.Entries.Where(entry => entry.Kind == Publish)], head, name, version, integrity);
    }

    /// <summary>For a version that another registry signed. A name that was ever published here is nobody else's.</summary>
    /// <param name="log">All that is shown about the package; null when that is nothing.</param>
    /// <param name="from">The other registry.</param>
    public static Finding CheckPassedOn(PackageLog? log, string from) => log?.Entries.FirstOrDefault(entry => entry.Kind == Publish) is { } publish
        ? Finding.Refuted(Finding.Log, $"entry {publish.Index} is a publish of this name here, and yet the version is passed on from {from}")
        : Finding.Absent(Finding.Log, $"not in this registry's log: it was not published here, but passed on from {from}");

    private static Finding CheckPublishes(
        IReadOnlyList<PackageLogEntry> publishes, TreeHead head, PackageName name, SemanticVersion version, Integrity integrity)
    {
        LoggedEvent? found = null;
        foreach (var entry in publishes)
        {
            if (!LoggedEvent.TryOpen(entry, out var opened))
            {
                return Finding.Refuted(Finding.Log, $"entry {entry.Index} does not commit to what the registry says of it");
            }
            if (opened.Package != name.Value || opened.Version != $"{version}")
            {
                continue;
            }
            if (!Integrity.TryParse(opened.Integrity, out var logged) || !logged.Equals(integrity))
            {
                return Finding.Refuted(Finding.Log, $"entry {entry.Index} says that this version was published with other bytes ({opened.Integrity})");
            }
            found ??= opened;
        }
        return found is null
            ? Finding.Refuted(Finding.Log, "the log has no publish of this version")
            : Finding.Verified(Finding.Log, $"published {found.At}, entry {publishes[0].Index} of {head.Size} in the log of {head.Origin}");
    }

    private static bool IsIncluded(PackageLogEntry entry, TreeHead head) =>
        new InclusionProof(entry.Index, head.Size, entry.Proof).Verifies(LogHash.OfLeaf(entry.Leaf), head.Root);
}
