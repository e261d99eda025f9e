using System.Globalization;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Upstream.Advisories;

/// <summary><c>admin advisory issue|list|withdraw</c>.</summary>
internal static class IssuedAdmin
{
    private const int VersionsShown = 20;

    public static void MapAdminIssuedAdvisories(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/advisory/issue", IssueAsync);
        admin.MapPost("/advisory/list", ListAsync);
        admin.MapPost("/advisory/withdraw", WithdrawAsync);
    }

    private static async Task<IResult> IssueAsync(HttpContext context, IssueAdvisory issue, RegistryDbSource source, PublicUrl url, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        if (!AdvisoryDraft.TryRead(json as JsonObject ?? [], out var draft, out var denial))
        {
            return denial.ToAnswer();
        }
        var (issued, refusal) = await issue.RunAsync(draft, Actor.Operator, AskedChanges.Nobody, cancellationToken);
        return issued is null
            ? refusal!
            : JsonAnswer.Lines([$"{issued.Name} about {issued.PackageName} {issued.VulnerableVersions}: {url.At(IssuedOsv.Route(issued.Name))}", .. await AfterwardsAsync(source, issued, cancellationToken)]);
    }

    private static async Task<IResult> ListAsync(RegistryDbSource source, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var rows = await db.IssuedAdvisories.OrderByDescending(row => row.Id).ToListAsync(cancellationToken);
        return rows.Count == 0
            ? JsonAnswer.Lines("This registry has issued no advisory. Example: ./run admin advisory issue @acme/x --versions '<1.2.0' --severity high --summary '…'")
            : JsonAnswer.Lines(rows.Select(row =>
                $"{row.Name}  {row.IssuedAt:u} by {row.IssuedBy}  {row.PackageName} {row.VulnerableVersions}  {(row.IsMalicious ? "malicious" : row.Severity)}: {row.Summary}"
                + (row.WithdrawnAt is { } at ? $"  (withdrawn {at:u} by {row.WithdrawnBy})" : "")));
    }

    private static async Task<IResult> WithdrawAsync(HttpContext context, IssueAdvisory issue, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || (json as JsonObject)?.Text("id") is not { } id)
        {
            return problem ?? NpmError.BadRequest("Which advisory? See: ./run admin advisory list");
        }
        var (withdrawn, refusal) = await issue.WithdrawAsync(id, Actor.Operator, AskedChanges.Nobody, cancellationToken);
        return withdrawn is null ? refusal! : JsonAnswer.Lines($"{withdrawn.Name} is withdrawn: no audit names it any more.");
    }

    /// <summary>Of what is malicious: which versions are still there to be taken away, and what shows where each came from.</summary>
    private static async Task<IEnumerable<string>> AfterwardsAsync(RegistryDbSource source, IssuedAdvisoryRow issued, CancellationToken cancellationToken)
    {
        if (!issued.IsMalicious)
        {
            return [];
        }
        await using var db = source.Open();
        var versions = await db.Versions
            .Where(row => row.RemovedAt == null && row.QuarantinedBy == null && db.Packages.Any(package => package.Id == row.PackageId && package.Name == issued.PackageName))
            .OrderBy(row => row.Id).ToListAsync(cancellationToken);
        var there = versions.Where(row => SemanticVersion.TryParse(row.Version, out var version) && VulnerableRange.Holds(issued.VulnerableVersions, version)).ToList();
        return there.Count == 0
            ? ["None of its versions is served: nothing is left to quarantine."]
            :
            [
                $"The advisory takes nothing away: {there.Count} of its versions are served until they are quarantined (docs/incidents.md). To see what came with each:",
                .. there.Take(VersionsShown).Select(row => $"    {issued.PackageName}@{row.Version}: ./run admin incident preview {Selection(row)}"),
            ];
    }

    private static string Selection(VersionRow row)
    {
        var at = row.ImportedAt ?? row.PublishedAt;
        return row is { BindingId: { } binding, ProjectId: { } project, RunId: { } run }
            ? $"--issuer {binding} --project {project} --run {run}"
            : string.Create(CultureInfo.InvariantCulture, $"--from {JsonTime.Of(at)} --to {JsonTime.Of(at.AddMilliseconds(1))}");
    }
}
