using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Transparency;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Import;

/// <summary>
/// What people and runs did here to a package's tags and deprecations, by the log. It stays: an import only goes on with what imports did.
/// </summary>
internal sealed record ChangedHere(IReadOnlySet<string> Tags, IReadOnlySet<string> Deprecations, bool IsUnknown)
{
    public static async Task<ChangedHere> OfAsync(RegistryDb db, string package, CancellationToken cancellationToken)
    {
        var leaves = await db.LogLeaves
            .Where(row => row.Package == package && (row.Kind == LogKind.Tag || row.Kind == LogKind.Deprecate))
            .Select(row => new { row.Kind, row.Version, row.Event }).ToListAsync(cancellationToken);
        var acts = leaves.Select(leaf => (leaf.Kind, leaf.Version, Act: leaf.Event is null ? null : JsonNode.Parse(leaf.Event) as JsonObject)).ToList();
        var byOthers = acts.Where(each => each.Act is not null && each.Act.Text("by") != ImportJob.Actor.Name).ToList();
        return new ChangedHere(
            byOthers.Where(each => each.Kind == LogKind.Tag).Select(each => TagOf(each.Act!.Text("detail") ?? "")).ToHashSet(StringComparer.Ordinal),
            byOthers.Where(each => each.Kind == LogKind.Deprecate).Select(each => each.Version ?? "").ToHashSet(StringComparer.Ordinal),
            // What was erased from the log may have been anybody's act.
            IsUnknown: acts.Exists(each => each.Act is null));
    }

    public bool HasTag(string tag) => IsUnknown || Tags.Contains(tag);

    public bool HasDeprecation(string version) => IsUnknown || Deprecations.Contains(version);

    // Of a run, the origin follows in brackets; a tag has no spaces.
    private static string TagOf(string detail) => detail.Split(' ')[0];
}
