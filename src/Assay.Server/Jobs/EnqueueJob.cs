using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Data.Rows;

namespace Assay.Server.Jobs;

internal static class EnqueueJob
{
    /// <summary>Wakes those who do jobs, on all nodes.</summary>
    public const string ChangeKey = "jobs";

    /// <summary>In the commit of what causes it, so that there is never one without the other.</summary>
    public static void Enqueue(this Commit commit, string kind, JsonObject payload, string? lane = null)
    {
        commit.Db.Jobs.Add(new JobRow
        {
            Kind = kind,
            Lane = lane,
            Payload = payload.ToJsonString(),
            CreatedAt = commit.Now,
            DueAt = commit.Now,
        });
        commit.Changed(ChangeKey);
    }
}
