using Assay.Server.Data;
using Assay.Server.Data.Rows;

namespace Assay.Server.Audit;

/// <summary>Who acts, from where: what an audit record needs of a request.</summary>
internal readonly record struct Actor(string Name, string Address);

internal static class AuditLog
{
    /// <summary>Written in the commit of the act itself, so that there is never one without the other.</summary>
    public static void Record(this Commit commit, Actor actor, string action, string subject, string detail = "") =>
        commit.Db.AuditEvents.Add(new AuditEventRow
        {
            At = commit.Now,
            Actor = actor.Name,
            Action = action,
            Subject = subject,
            Detail = detail,
            Address = actor.Address,
        });
}
