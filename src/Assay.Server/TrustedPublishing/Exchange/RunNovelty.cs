using System.Text.Json;
using Assay.Server.Attestations;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Providers;
using Assay.Trust.Tokens;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>What a package's publishes were like, read from its versions, for the pure decision whether a run's next one has to wait for people.</summary>
internal sealed class RunNovelty(RecallRun recall, IOptions<AttestationsOptions> options)
{
    // Enough to know what is usual, and no more than a publish should read.
    private const int RunsRead = 20;

    public async Task<IReadOnlyList<string>> ReasonsAsync(
        RegistryDb db, DivertRules rules, PublishTokenRow token, PackageRow package, PublishedManifest manifest, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var run = await RunOfAsync(token.BindingId, token.RunJson, cancellationToken);
        return PublishNovelty.Reasons(rules, await HistoryAsync(db, package, now, cancellationToken), run, manifest.HasInstallScript, manifest.HasProvenance);
    }

    private async Task<PublishHistory> HistoryAsync(RegistryDb db, PackageRow package, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var versions = db.Versions.Where(row => row.PackageId == package.Id && row.RemovedAt == null && row.QuarantinedBy == null);
        var kept = await versions.Where(row => row.RunJson != null && row.BindingId != null).OrderByDescending(row => row.Id).Take(RunsRead)
            .Select(row => new { row.BindingId, row.RunJson }).ToListAsync(cancellationToken);
        List<PublishingRun> runs = [];
        foreach (var row in kept)
        {
            runs.Add(await RunOfAsync(row.BindingId!, row.RunJson!, cancellationToken));
        }
        var newest = await versions.OrderByDescending(row => row.Id).Select(row => new { row.Id, row.AbbreviatedJson }).FirstOrDefaultAsync(cancellationToken);
        var dayAgo = now.AddDays(-1);
        var ofADay = await db.Versions.CountAsync(row => row.PackageId == package.Id && row.PublishedAt > dayAgo && row.ImportedAt == null, cancellationToken)
            + await db.Stages.CountAsync(row => row.PackageName == package.Name && row.TakenVersion != null && row.CreatedAt > dayAgo, cancellationToken);
        return new PublishHistory(
            runs,
            newest is null ? null : HasInstallScript(newest.AbbreviatedJson),
            newest is not null && await IsAnnouncedAsync(db, package, newest.Id, cancellationToken),
            ofADay);
    }

    private async Task<bool> IsAnnouncedAsync(RegistryDb db, PackageRow package, long versionId, CancellationToken cancellationToken)
    {
        var marks = (await AttestationMark.OfPackageAsync(db, package.Id, options.Value.Mode, cancellationToken)).Where(mark => mark.VersionId == versionId);
        return AdvertisedAttestations.Of(marks, options.Value.Mode, package.Access == PackageRules.Public, package.ShowsSource).Count > 0;
    }

    // Of a run whose issuer is not trusted any more nothing is known, and what is known now is new.
    private async Task<PublishingRun> RunOfAsync(string bindingId, string runJson, CancellationToken cancellationToken) =>
        await recall.ClaimsAsync(bindingId, runJson, cancellationToken) is { } claims
            ? new PublishingRun(claims.Fact(RunShape.Workflow), RefKindOf(claims), claims.Fact(RunShape.Runner))
            : new PublishingRun(null, null, null);

    private static string? RefKindOf(RunClaims claims) => claims["ref_type"] ?? claims.Fact(RunShape.Ref) switch
    {
        { } text when text.StartsWith("refs/tags/", StringComparison.Ordinal) => "tag",
        { } text when text.StartsWith("refs/heads/", StringComparison.Ordinal) => "branch",
        _ => null,
    };

    private static bool HasInstallScript(byte[] abbreviated)
    {
        using var json = JsonDocument.Parse(abbreviated);
        return json.RootElement.TryGetProperty("hasInstallScript", out var flag) && flag.ValueKind is JsonValueKind.True;
    }
}
