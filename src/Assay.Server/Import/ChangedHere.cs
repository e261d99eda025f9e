using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Transparency;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Import;

/// <summary>
/// What people and runs did here to a package's tags and deprecations, by the log. It stays: an import only goes on with what imports did. The log
/// is read when something differs at all.
/// </summary>
internal sealed class ChangedHere(RegistryDb db, string package)
{
    private Acts? acts;

    public async Task<bool> HasTagAsync(string tag, CancellationToken cancellationToken) =>
        await ActsAsync(cancellationToken) is var found && (found.IsUnknown || found.Tags.Contains(tag));

    public async Task<bool> HasDeprecationAsync(string version, CancellationToken cancellationToken) =>
        await ActsAsync(cancellationToken) is var found && (found.IsUnknown || found.Deprecations.Contains(version));

    private async ValueTask<Acts> ActsAsync(CancellationToken cancellationToken) => acts ??= await ReadAsync(cancellationToken);

    private async Task<Acts> ReadAsync(CancellationToken cancellationToken)
    {
        var leaves = await db.LogLeaves
            .Where(row => row.Package == package && (row.Kind == LogKind.Tag || row.Kind == LogKind.Deprecate))
            .Select(row => new { row.Kind, row.Version, row.Event }).ToListAsync(cancellationToken);
        var all = leaves.Select(leaf => (leaf.Kind, leaf.Version, Act: leaf.Event is null ? null : JsonNode.Parse(leaf.Event) as JsonObject)).ToList();
        var byOthers = all.Where(each => each.Act is not null && each.Act.Text("by") != ImportJob.Actor.Name).ToList();
        return new Acts(
            byOthers.Where(each => each.Kind == LogKind.Tag).Select(each => TagOf(each.Act!.Text("detail") ?? "")).ToHashSet(StringComparer.Ordinal),
            byOthers.Where(each => each.Kind == LogKind.Deprecate).Select(each => each.Version ?? "").ToHashSet(StringComparer.Ordinal),
            // What was erased from the log may have been anybody's act.
            IsUnknown: all.Exists(each => each.Act is null));
    }

    // Of a run, the origin follows in brackets; a tag has no spaces.
    private static string TagOf(string detail) => detail.Split(' ')[0];

    private sealed record Acts(HashSet<string> Tags, HashSet<string> Deprecations, bool IsUnknown);
}
