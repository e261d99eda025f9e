using Assay.Server.Data.Rows;

namespace Assay.Server.Pages;

/// <summary>Events of the audit log as a table.</summary>
internal sealed record EventsShown(IReadOnlyList<AuditEventRow> Rows)
{
    /// <summary>Whether any of them says more than what happened to what.</summary>
    public bool HasDetail => Rows.Any(row => row.Detail.Length > 0);
}
