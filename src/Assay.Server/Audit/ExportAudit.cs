using Assay.Server.Data;

namespace Assay.Server.Audit;

/// <summary>Exports events, and records that somebody did.</summary>
internal sealed class ExportAudit(ReadAudit audit, CommitQueue commits)
{
    /// <param name="filter">Which events.</param>
    /// <param name="actor">Who wants them.</param>
    /// <param name="query">What they asked for, for the record.</param>
    /// <param name="withAddress">Whether they may see addresses, and every actor.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ExportAnswer> RunAsync(AuditFilter filter, Actor actor, string query, bool withAddress, CancellationToken cancellationToken)
    {
        await commits.RunAsync((commit, _) =>
        {
            commit.Record(actor, "audit.exported", filter.Package ?? "all events", query);
            return Task.FromResult(true);
        }, cancellationToken);
        return new ExportAnswer(audit.AllAsync(filter, cancellationToken), withAddress);
    }
}
