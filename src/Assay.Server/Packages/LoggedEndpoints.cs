using System.Text;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Transparency;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>What the log has about a package, with proofs, and with the openings that the caller may have.</summary>
internal static class LoggedEndpoints
{
    public static void MapLogged(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/assay/v1/log/packages/{package}", (
            string package, Caller caller, PackageDocuments documents, RegistryDbSource source, LogReading log, CancellationToken cancellationToken) =>
            LoggedAsync(package, null, caller, documents, source, log, cancellationToken));
        app.MapGet("/-/assay/v1/log/packages/{package}/{version}", (
            string package, string version, Caller caller, PackageDocuments documents, RegistryDbSource source, LogReading log, CancellationToken cancellationToken) =>
            LoggedAsync(package, version, caller, documents, source, log, cancellationToken));
    }

    private static async Task<IResult> LoggedAsync(
        string package, string? version, Caller caller, PackageDocuments documents, RegistryDbSource source, LogReading log, CancellationToken cancellationToken)
    {
        var (snapshot, denial) = await ReadingEndpoints.ReadableAsync(package, caller, documents, cancellationToken);
        if (snapshot is null)
        {
            return denial!;
        }
        var name = snapshot.Facts.Name;
        await using var db = source.Open();
        // The checkpoint first: every leaf that is found is in it, or in a later one, which is left out.
        var newest = await LogReading.NewestAsync(db, cancellationToken);
        var leaves = await db.LogLeaves
            .Where(row => row.Package == name.Value && (version == null || row.Version == version) && row.Index < newest.Size)
            .OrderBy(row => row.Index).ToListAsync(cancellationToken);
        return leaves.Count == 0
            ? NpmError.NotFound(version is null ? $"The log has nothing about {name}." : $"The log has nothing about {name}@{version}.", "not-in-the-log")
            : await AnswerAsync(db, newest, leaves, await IsOwnerAsync(db, name, caller, cancellationToken), snapshot, cancellationToken);
    }

    private static async Task<IResult> AnswerAsync(
        RegistryDb db, LogCheckpointRow newest, IReadOnlyList<LogLeafRow> leaves, bool isOwner, PackageSnapshot snapshot, CancellationToken cancellationToken)
    {
        var proofs = LogTiles.Proofs(db, newest.Size);
        var entries = new JsonArray();
        foreach (var leaf in leaves)
        {
            var proof = await proofs.InclusionAsync(leaf.Index, cancellationToken);
            entries.Add(new JsonObject
            {
                ["index"] = leaf.Index,
                ["kind"] = leaf.Kind,
                ["leaf"] = Convert.ToBase64String(leaf.Leaf),
                ["opening"] = leaf.Audience == LogAudience.Readers || isOwner ? LogReading.Opening(leaf) : null,
                ["proof"] = new JsonArray([.. proof.Hashes.Select(hash => JsonValue.Create(hash.ToString()))]),
            });
        }
        return new JsonAnswer(StatusCodes.Status200OK, new JsonObject
        {
            ["origin"] = await LogReading.OriginAsync(db, cancellationToken),
            ["checkpoint"] = Encoding.UTF8.GetString(LogReading.Served(newest)),
            ["entries"] = entries,
        })
        {
            CacheControl = snapshot.CacheControl,
        };
    }

    private static async Task<bool> IsOwnerAsync(RegistryDb db, PackageName name, Caller caller, CancellationToken cancellationToken) => caller switch
    {
        Caller.Member member => (await PackageRights.FindToSeeAsync(db, name, member, PackageRole.Admin, cancellationToken)).Denial is null,
        _ => false,
    };
}
