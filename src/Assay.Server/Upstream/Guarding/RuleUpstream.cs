using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.Guards;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Upstream;

/// <summary>Quarantines or releases something of others, and takes that back. It holds for the very next request.</summary>
internal sealed class RuleUpstream(CommitQueue commits)
{
    public Task<long> AddAsync(Ruling ruling, Actor actor, CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        var row = new UpstreamRulingRow
        {
            Kind = ruling.Kind is RulingKind.Quarantine ? UpstreamRulingRow.Quarantine : UpstreamRulingRow.Release,
            Name = ruling.Name,
            Version = ruling.Version ?? "",
            Reason = ruling.Reason,
            By = actor.Name,
            At = commit.Now,
        };
        commit.Db.UpstreamRulings.Add(row);
        await commit.Db.SaveChangesAsync(stop);
        commit.Record(actor, $"upstream.{row.Kind}", Subject(row), row.Reason);
        commit.Changed(Rulings.ChangeKey);
        return row.Id;
    }, cancellationToken);

    /// <summary>What it was about; null when there is no such ruling, or it was taken back before.</summary>
    public Task<string?> LiftAsync(long id, Actor actor, CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        var row = await commit.Db.UpstreamRulings.AsTracking().SingleOrDefaultAsync(found => found.Id == id && found.LiftedAt == null, stop);
        if (row is null)
        {
            return null;
        }
        (row.LiftedAt, row.LiftedBy) = (commit.Now, actor.Name);
        commit.Record(actor, "upstream.lift", Subject(row), row.Kind);
        commit.Changed(Rulings.ChangeKey);
        return $"{row.Kind} of {Subject(row)}";
    }, cancellationToken);

    private static string Subject(UpstreamRulingRow row) => row.Version.Length == 0 ? row.Name : $"{row.Name}@{row.Version}";
}
