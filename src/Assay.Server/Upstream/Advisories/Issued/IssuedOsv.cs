using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Provenance;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Server.Upstream.Advisories.Osv;

namespace Assay.Server.Upstream.Advisories;

/// <summary>An advisory of this registry, as OSV (ossf.github.io/osv-schema) and as npm's clients read it.</summary>
internal static class IssuedOsv
{
    private const string Schema = "1.7.0";
    private const string EmbeddedMaliciousCode = "CWE-506";

    public static string Route(string name) => $"-/assay/v1/advisories/{name}";

    public static JsonObject Document(IssuedAdvisoryRow row, PublicUrl url)
    {
        var package = new JsonObject { ["ecosystem"] = "npm", ["name"] = row.PackageName };
        if (PackageName.TryParse(row.PackageName, out var name))
        {
            package["purl"] = PackageUrl.Of(name);
        }
        var document = new JsonObject
        {
            ["schema_version"] = Schema,
            ["id"] = row.Name,
            ["modified"] = JsonTime.Of(row.WithdrawnAt ?? row.IssuedAt),
            ["published"] = JsonTime.Of(row.IssuedAt),
            ["summary"] = row.Summary,
            ["affected"] = new JsonArray(new JsonObject { ["package"] = package, ["ranges"] = Ranges(row.VulnerableVersions) }),
            ["references"] = new JsonArray(new JsonObject { ["type"] = "ADVISORY", ["url"] = url.At(Route(row.Name)) }),
            ["database_specific"] = new JsonObject { ["severity"] = row.Severity.ToUpperInvariant(), ["malicious"] = row.IsMalicious, ["cwe_ids"] = Weaknesses(row) },
        };
        if (row.WithdrawnAt is { } at)
        {
            document["withdrawn"] = JsonTime.Of(at);
        }
        return document;
    }

    /// <summary>What clients are told of it in an audit.</summary>
    public static JsonObject ForClients(IssuedAdvisoryRow row, PublicUrl url) => new()
    {
        ["id"] = OsvShown.NumberOf(row.Name),
        ["url"] = url.At(Route(row.Name)),
        ["title"] = row.IsMalicious ? $"Malicious: {row.Summary}" : row.Summary,
        ["severity"] = row.Severity,
        ["cwe"] = Weaknesses(row),
        ["cvss"] = new JsonObject { ["score"] = 0, ["vectorString"] = null },
        ["vulnerable_versions"] = row.VulnerableVersions,
    };

    private static JsonArray Weaknesses(IssuedAdvisoryRow row) => row.IsMalicious ? [EmbeddedMaliciousCode] : [];

    // One for each alternative: a range may not have both a fix and a last affected version.
    private static JsonArray Ranges(string versions) => VersionRange.TryParse(versions, out var range)
        ? new JsonArray([.. range.Intervals.Select(interval => new JsonObject { ["type"] = "SEMVER", ["events"] = Events(interval) })])
        : [];

    private static JsonArray Events(VersionInterval interval)
    {
        var events = new JsonArray(new JsonObject { ["introduced"] = interval.From?.ToString() ?? "0" });
        if (interval.To is { } to)
        {
            events.Add(new JsonObject { [interval.HasTo ? "last_affected" : "fixed"] = to.ToString() });
        }
        return events;
    }
}
