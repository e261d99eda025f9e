using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Attestations;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.People;
using Assay.Trust.Providers;
using Assay.Trust.Runs;
using Assay.Trust.Tokens;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Tells where a version came from, to whoever may read it.</summary>
internal sealed class TellOrigin(RegistryDbSource source, PackageDocuments documents, RecallRun recall, ProviderCatalog catalog)
{
    /// <summary>Null when there is no such version for this caller.</summary>
    public async Task<VersionStory?> OfAsync(PackageName name, string version, Caller caller, CancellationToken cancellationToken)
    {
        if (await documents.FindReadableAsync(name, caller, cancellationToken) is not { } snapshot || snapshot.Facts.Versions.All(known => known.Version != version))
        {
            return null;
        }
        await using var db = source.Open();
        await using var moment = await db.BeginSnapshotAsync(cancellationToken);
        var package = await db.Packages.SingleAsync(row => row.Name == name.Value, cancellationToken);
        var row = await db.Versions.SingleAsync(found => found.PackageId == package.Id && found.Version == version, cancellationToken);
        var marks = await AttestationMark.OfVersionAsync(db, package.Id, version, cancellationToken);
        var isMember = caller is Caller.Member member && member.Token.LimitFor(name.Value) > PackageRole.None;
        var seen = marks.Where(mark => AttestationEndpoints.MaySee(caller, package, mark)).ToList();
        var isOpen = !snapshot.IsPublic || isMember || package.ShowsSource;
        var maySee = isOpen || await IsSourcePublicAsync(db, row, cancellationToken);
        var story = new VersionStory
        {
            Package = name.Value,
            Version = version,
            PublishedAt = row.PublishedAt,
            ImportedFrom = row.ImportedFrom,
            ImportedAt = row.ImportedAt,
            Publisher = row.PublisherName,
            Approver = row.ApproverName,
            Run = maySee ? await RunOfAsync(row, cancellationToken) : null,
            IsSourceHidden = row.PolicyId is not null && !maySee,
            SignatureKeyId = row.SignatureKeyId,
            Integrity = Integrity.FromSha512(row.Sha512).ToString(),
            Statements = await StatementsAsync(db, seen, cancellationToken),
            Logged = await LoggedAsync(db, name, version, cancellationToken),
        };
        return maySee ? await ComparedAsync(db, story, package, row, isOpen, cancellationToken) : story;
    }

    /// <summary>What a person published has no source; of a run of a private repository strangers see that there was one.</summary>
    private static async Task<bool> IsSourcePublicAsync(RegistryDb db, VersionRow row, CancellationToken cancellationToken) =>
        row.PolicyId is null || await db.Attestations.AnyAsync(attestation => attestation.VersionId == row.Id && attestation.IsSourcePublic, cancellationToken);

    private async Task<RunStory?> RunOfAsync(VersionRow row, CancellationToken cancellationToken)
    {
        if (row is not { RunJson: { } json, BindingId: { } binding })
        {
            return null;
        }
        var claims = await recall.ClaimsAsync(binding, json, cancellationToken);
        return new RunStory(
            claims is null ? null : RunShown.Of(claims), ProviderOf(row), Run.IssuerOf(json) ?? "", binding, row.PolicyId)
        {
            Event = claims?.Fact(RunShape.Event),
            Runner = claims?.Fact(RunShape.Runner),
            Environment = claims?.Fact(RunShape.Environment),
            RunId = row.RunId,
            ProjectId = row.ProjectId,
            Claims = ClaimsOf(json),
        };
    }

    private string ProviderOf(VersionRow row) => row.TrustedPublisher is { } id ? catalog.Find(id)?.DisplayName ?? id : "";

    private static List<(string, string)> ClaimsOf(string json) => JsonNode.Parse(json)?["claims"] is JsonObject claims
        ? [.. claims.Select(claim => (claim.Key, claim.Value is JsonArray list ? string.Join(", ", list.Select(item => (string?)item)) : claim.Value?.ToString() ?? ""))]
        : [];

    private async Task<IReadOnlyList<StatementStory>> StatementsAsync(RegistryDb db, List<AttestationMark> seen, CancellationToken cancellationToken)
    {
        var ids = seen.Select(mark => mark.Id).ToList();
        var rows = await db.Attestations.Where(row => ids.Contains(row.Id)).OrderBy(row => row.Id).ToListAsync(cancellationToken);
        return [.. rows.Select(row => new StatementStory(row.PredicateType, row.KeyId, row.LeafIndex, row.IntegratedAt)
        {
            Facts = row.Statement is { } statement ? StatedFacts.Of(statement, catalog) : [],
        })];
    }

    private static async Task<IReadOnlyList<(long, string)>> LoggedAsync(RegistryDb db, PackageName name, string version, CancellationToken cancellationToken) =>
        [.. (await db.LogLeaves.Where(row => row.Package == name.Value && row.Version == version).OrderBy(row => row.Index)
            .Select(row => new { row.Index, row.Kind }).ToListAsync(cancellationToken)).Select(leaf => (leaf.Index, leaf.Kind))];

    private async Task<VersionStory> ComparedAsync(RegistryDb db, VersionStory story, PackageRow package, VersionRow row, bool isOpen, CancellationToken cancellationToken)
    {
        // Rows are large: what there may be thousands of is put in order by ids alone.
        var earlier = await db.Versions
            .Where(other => other.PackageId == package.Id && other.RemovedAt == null && other.QuarantinedBy == null && other.Id != row.Id)
            .Where(other => other.PublishedAt < row.PublishedAt || (other.PublishedAt == row.PublishedAt && other.Id < row.Id))
            .OrderByDescending(other => other.PublishedAt).ThenByDescending(other => other.Id).Select(other => (long?)other.Id).FirstOrDefaultAsync(cancellationToken);
        var before = earlier is null ? null : await db.Versions.SingleAsync(other => other.Id == earlier, cancellationToken);
        return before is null || !(isOpen || await IsSourcePublicAsync(db, before, cancellationToken)) ? story : story with
        {
            Before = before.Version,
            Changes = CompareStories.Of(await SideAsync(db, before, cancellationToken), await SideAsync(db, row, cancellationToken)),
        };
    }

    private async Task<(VersionRow, AssumedClaims?, bool)> SideAsync(RegistryDb db, VersionRow row, CancellationToken cancellationToken) => (
        row,
        row is { BindingId: { } binding, RunJson: { } json } ? await recall.ClaimsAsync(binding, json, cancellationToken) : null,
        await db.Attestations.AnyAsync(attestation => attestation.VersionId == row.Id && attestation.PredicateType.StartsWith("https://slsa.dev/provenance/"), cancellationToken));
}
