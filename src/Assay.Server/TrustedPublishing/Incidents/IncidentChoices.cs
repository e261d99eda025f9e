using Assay.Server.Data;
using Assay.Trust.Runs;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>A version of a run, with what an incident or a freeze needs to select it. The repository is as people know it; where that is not known any more, its stable id.</summary>
internal sealed record PublishedByRun(string Package, string Version, DateTimeOffset At, string Binding, string Project, string Repository, string Run, string Workflow);

/// <summary>What an incident or a freeze is chosen from.</summary>
/// <param name="Issuers">Names of issuers; also of those that are trusted no more and whose runs published lately.</param>
/// <param name="Published">What runs published last and nothing holds, the newest first.</param>
internal sealed record OfferedChoices(IReadOnlyList<string> Issuers, IReadOnlyList<PublishedByRun> Published);

internal sealed class IncidentChoices(RegistryDbSource source, RecallRun recall)
{
    public const int Newest = 10;

    public async Task<OfferedChoices> ReadAsync(Responder responder, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var trusted = await db.IssuerBindings.Where(row => row.RemovedAt == null).Select(row => row.Id).ToListAsync(cancellationToken);
        var newest = await db.Versions
            .Where(row => row.BindingId != null && row.RunId != null && row.RunJson != null && row.QuarantinedBy == null && row.RemovedAt == null)
            .Within(db, responder)
            .OrderByDescending(row => row.Id)
            .Take(Newest)
            .Join(db.Packages, row => row.PackageId, package => package.Id, (row, package) => new { row.Id, package.Name, row.Version, row.PublishedAt, row.BindingId, row.ProjectId, row.RunId, row.Workflow, row.RunJson })
            .OrderByDescending(row => row.Id)
            .ToListAsync(cancellationToken);
        List<PublishedByRun> published = [];
        foreach (var row in newest)
        {
            var claims = await recall.ClaimsAsync(row.BindingId!, row.RunJson!, cancellationToken);
            var repository = claims is null ? null : RunShown.Of(claims).Repository;
            published.Add(new PublishedByRun(row.Name, row.Version, row.PublishedAt, row.BindingId!, row.ProjectId ?? "", repository ?? row.ProjectId ?? "", row.RunId!, row.Workflow ?? ""));
        }
        return new OfferedChoices([.. trusted.Concat(published.Select(version => version.Binding)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], published);
    }
}
