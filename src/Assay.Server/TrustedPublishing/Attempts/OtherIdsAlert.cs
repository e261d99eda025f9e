using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Trust.Evaluation;
using Assay.Trust.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// Says in the audit log that a project name which a policy trusts has other ids behind it now: deleted and made anew, moved, or taken over.
/// It suspends nothing, or strangers could stop a release by a name alone.
/// </summary>
internal static class OtherIdsAlert
{
    public const string Action = "project.other-ids";

    /// <summary>Once a day for a policy and the ids that came.</summary>
    public static async Task RaiseAsync(Commit commit, RefusedAttempt attempt, CancellationToken cancellationToken)
    {
        foreach (var trial in attempt.Decision?.Trials.Where(trial => trial.NameHasOtherIds) ?? [])
        {
            var subject = $"{trial.Policy.Target} {trial.Policy.Id}";
            var detail = $"issuer {attempt.Claims!.Binding.Id}, project {attempt.Claims.ProjectId}: {string.Join("; ", Differing(trial))}";
            var since = commit.Now.AddDays(-1);
            if (!await commit.Db.AuditEvents.AnyAsync(
                told => told.At > since && told.Action == Action && told.Subject == subject && told.Detail == detail, cancellationToken))
            {
                commit.Record(new Actor("trusted publishing", attempt.Address), Action, subject, detail);
            }
        }
    }

    private static IEnumerable<string> Differing(PolicyTrial trial) => trial.Comparisons
        .Where(comparison => comparison.Code == RefusalCodes.IdentityMismatch && comparison.Blocks)
        .Select(comparison => Printable.Ascii(comparison.ToString()));
}
