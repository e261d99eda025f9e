using Assay.Server.Data;
using Assay.Server.Data.Rows;

namespace Assay.Server.Audit;

/// <summary>Who acts, from where: what an audit record needs of a request.</summary>
internal readonly record struct Actor(string Name, string Address)
{
    /// <summary>Whoever reaches the operator's socket.</summary>
    public static Actor Operator { get; } = new("operator", "admin socket");
}

internal static class AuditLog
{
    /// <summary>Written in the commit of the act itself, so that there is never one without the other.</summary>
    public static void Record(this Commit commit, Actor actor, string action, string subject, string detail = "")
    {
        var row = new AuditEventRow
        {
            At = commit.Now,
            Actor = actor.Name,
            Action = action,
            Subject = subject,
            Detail = detail,
            Address = actor.Address,
        };
        commit.Db.AuditEvents.Add(row);
        commit.Recorded.Add(row);
    }
}
