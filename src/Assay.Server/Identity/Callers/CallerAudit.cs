using Assay.Server.Audit;
using Assay.Server.Data;

namespace Assay.Server.Identity;

/// <summary>Records what a caller did; of a run also which one it was and under which policy, since many runs go by one name.</summary>
internal static class CallerAudit
{
    public static void Record(this Commit commit, Caller caller, string action, string subject, string detail = "") =>
        commit.Record(caller.Actor, action, subject, caller is Caller.Workload { Grant: var grant }
            ? $"{detail} ({grant.Origin}, policy {grant.PolicyId})".TrimStart()
            : detail);
}
