using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Trust.Refusals;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream.Advisories;

/// <summary>What an operator imported, as far as it is fresh enough to rely on.</summary>
internal sealed class ImportedAdvisories(RegistryDbSource source, TimeProvider time, IOptions<AdvisoriesOptions> options) : IAdvisorySource
{
    private const int Together = 500;

    public AdvisoriesFrom From => AdvisoriesFrom.Imported;

    public async Task<AdvisoryAnswer> AskAsync(AuditRequest asked, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        // Of one moment, so that all rows are of the import that was the newest then.
        await using var moment = await db.BeginSnapshotAsync(cancellationToken);
        if (await AdvisoryGeneration.NewestAsync(db, cancellationToken) is not { } import)
        {
            return AskAdvisories.NotOffered;
        }
        var days = (int)(time.GetUtcNow() - import.KnownUntil).TotalDays;
        if (days >= options.Value.RefuseAfterDays)
        {
            return TooOld(import, days);
        }
        return new AdvisoryAnswer.Known(await FindAsync(db, import, asked, cancellationToken))
        {
            Notice = days >= options.Value.WarnAfterDays ? Warning(import, days) : null,
        };
    }

    private static async Task<JsonObject> FindAsync(RegistryDb db, AdvisoryImportRow import, AuditRequest asked, CancellationToken cancellationToken)
    {
        var found = new JsonObject();
        foreach (var names in asked.Packages.Keys.Chunk(Together))
        {
            var rows = await db.Advisories.Where(row => row.Import == import.Id && names.Contains(row.Package)).OrderBy(row => row.Id).ToListAsync(cancellationToken);
            foreach (var package in rows.GroupBy(row => row.Package, StringComparer.Ordinal))
            {
                Add(found, package.Key, package, asked.Packages[package.Key]);
            }
        }
        return found;
    }

    private static void Add(JsonObject found, string name, IEnumerable<AdvisoryRow> rows, IReadOnlyList<string> versions)
    {
        var parsed = versions.Select(text => SemanticVersion.TryParse(text, out var version) ? version : null).OfType<SemanticVersion>().ToList();
        JsonNode?[] holding = [.. rows.Where(row => parsed.Exists(version => VulnerableRange.Holds(row.VulnerableVersions, version))).Select(Json)];
        if (holding.Length > 0)
        {
            found[name] = new JsonArray(holding);
        }
    }

    private static JsonNode? Json(AdvisoryRow row)
    {
        var json = JsonNode.Parse(row.Json)!.AsObject();
        json["vulnerable_versions"] = row.VulnerableVersions;
        return json;
    }

    private static string Warning(AdvisoryImportRow import, int days) => Notice.From(
        $"This registry knows advisories until {import.KnownUntil:yyyy-MM-dd}, {days} days ago. What came to light since then is not in the audit. "
        + "Its operator imports newer ones: ./run admin advisories import.",
        Notice.DefaultLimit);

    private static AdvisoryAnswer.Unknown TooOld(AdvisoryImportRow import, int days)
    {
        var text = $"This registry knows advisories until {import.KnownUntil:yyyy-MM-dd} only, {days} days ago: too long to say that packages are free of them. "
            + "Its operator imports newer ones: ./run admin advisories import.";
        return new AdvisoryAnswer.Unknown(
            new Denial(StatusCodes.Status503ServiceUnavailable, "advisories-too-old", text) { Notice = Notice.From(text, Notice.DefaultLimit) });
    }
}
