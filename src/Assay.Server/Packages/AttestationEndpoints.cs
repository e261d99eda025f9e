using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Attestations;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>
/// Attestations of a version: where npm and pnpm look, those that they can verify; at the registry's own address, all that the caller may see. Never an empty list: npm 11 counts
/// one as verified.
/// </summary>
internal static class AttestationEndpoints
{
    public static void MapAttestationsOfVersions(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/npm/v1/attestations/{spec}", AdvertisedAsync);
        app.MapGet("/-/assay/v1/attestations/{package}/{version}", AllAsync);
    }

    private static async Task<IResult> AdvertisedAsync(
        string spec, Caller caller, PackageDocuments documents, ForeignNames foreign, RegistryDbSource source, ReadBundles bundles, IOptions<AttestationsOptions> options,
        CancellationToken cancellationToken)
    {
        var at = spec.LastIndexOf('@');
        var (package, version) = (at > 0 ? spec[..at] : spec, at > 0 ? spec[(at + 1)..] : "");
        return await foreign.AnswerAsync(package, (others, name) => others.AttestationsAsync(name, version, caller, cancellationToken), cancellationToken) ?? await AnswerAsync(
            package, version, caller, documents, source, bundles,
            (package, marks) => AdvertisedAttestations.Of(marks, options.Value.Mode, package.Access == PackageRules.Public, package.ShowsSource),
            cancellationToken);
    }

    private static Task<IResult> AllAsync(
        string package, string version, Caller caller, PackageDocuments documents, RegistryDbSource source, ReadBundles bundles, CancellationToken cancellationToken) =>
        AnswerAsync(
            package, version, caller, documents, source, bundles,
            (row, marks) => [.. marks.Where(mark => MaySee(caller, row, mark))],
            cancellationToken);

    // Strangers who read a public package do not learn which private repository it came from.
    internal static bool MaySee(Caller caller, PackageRow package, AttestationMark attestation) =>
        package.Access != PackageRules.Public || (caller is Caller.Member member && member.Token.LimitFor(package.Name) > PackageRole.None) || AdvertisedAttestations.IsForEverybody(attestation, package.ShowsSource);

    private static async Task<IResult> AnswerAsync(
        string package, string version, Caller caller, PackageDocuments documents, RegistryDbSource source, ReadBundles bundles,
        Func<PackageRow, List<AttestationMark>, IReadOnlyList<AttestationMark>> choose, CancellationToken cancellationToken)
    {
        var (snapshot, denial) = await ReadingEndpoints.ReadableAsync(package, caller, documents, cancellationToken);
        if (snapshot is null)
        {
            return denial!;
        }
        var name = snapshot.Facts.Name;
        await using var db = source.Open();
        var row = await db.Packages.SingleAsync(found => found.Name == name.Value, cancellationToken);
        var isShown = snapshot.Facts.Versions.Any(facts => facts.Version == version);
        var shown = isShown ? choose(row, await AttestationMark.OfVersionAsync(db, row.Id, version, cancellationToken)) : [];
        return shown.Count == 0
            ? NpmError.NotFound($"There are no attestations of {name}@{version} here.", "no-attestations")
            : new JsonAnswer(StatusCodes.Status200OK, new JsonObject { ["attestations"] = await WriteAsync(db, shown, bundles, cancellationToken) })
            {
                CacheControl = snapshot.CacheControl,
            };
    }

    private static async Task<JsonArray> WriteAsync(
        RegistryDb db, IReadOnlyList<AttestationMark> shown, ReadBundles bundles, CancellationToken cancellationToken)
    {
        var ids = shown.Select(mark => mark.Id).ToList();
        var list = new JsonArray();
        foreach (var row in await db.Attestations.Where(row => ids.Contains(row.Id)).OrderBy(row => row.Id).ToListAsync(cancellationToken))
        {
            list.Add(new JsonObject { ["predicateType"] = row.PredicateType, ["bundle"] = await bundles.ReadAsync(db, row, cancellationToken) });
        }
        return list;
    }
}
