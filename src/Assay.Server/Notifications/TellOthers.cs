using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Jobs;

namespace Assay.Server.Notifications;

/// <summary>At the end of each group of writes: what was recorded and somebody listens for becomes one job, in the same transaction.</summary>
internal sealed class TellOthers(Listeners listeners) : ICommitEnd
{
    public async Task RunAsync(Commit commit, CancellationToken cancellationToken)
    {
        if (commit.Recorded.Count == 0 && commit.RecordedSets.Count == 0)
        {
            return;
        }
        var interest = await listeners.FindAsync(cancellationToken);
        if (interest.IsNone)
        {
            return;
        }
        var events = commit.Recorded.Where(row => interest.Covers(row.Action)).Select(row => JsonValue.Create(row.Id)).ToArray<JsonNode>();
        var sets = commit.RecordedSets.Where(set => interest.Covers(set.Action)).ToList();
        if (events.Length > 0)
        {
            commit.Enqueue(SpreadEvents.JobKind, new JsonObject { ["events"] = new JsonArray(events) });
        }
        foreach (var set in sets)
        {
            commit.Enqueue(SpreadEvents.JobKind, SpreadEvents.OfSet(set, commit.Now, after: 0));
        }
        if (events.Length > 0 || sets.Count > 0)
        {
            await commit.Db.SaveChangesAsync(cancellationToken);
            commit.Db.ChangeTracker.Clear();
        }
    }
}
