using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Audit;

/// <summary>The newest events of which administrators get a mail.</summary>
internal sealed class ReadAlerts(RegistryDbSource source)
{
    private const int Newest = 10;

    private static readonly string[] Names =
        [.. AuditEvents.All.Where(each => each.Mail.HasFlag(EventMail.Administrators) && each.IsMailedByDefault).Select(each => each.Name)];

    public async Task<IReadOnlyList<AuditEventRow>> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await db.AuditEvents.Where(row => Names.Contains(row.Action)).OrderByDescending(row => row.Id).Take(Newest).ToListAsync(cancellationToken);
    }
}
