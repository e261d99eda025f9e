using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Audit;

/// <summary>A page of events, newest first, and where the next one goes on.</summary>
internal sealed record AuditPage(IReadOnlyList<AuditEventRow> Events, long? Next);

/// <summary>Reads the audit log: a page of it, or all of it in pieces.</summary>
internal sealed class ReadAudit(RegistryDbSource source)
{
    private const int PieceSize = 1_000;

    public async Task<AuditPage> PageAsync(AuditFilter filter, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var rows = await filter.Of(db.AuditEvents).OrderByDescending(row => row.Id).Take(filter.Limit).ToListAsync(cancellationToken);
        return new AuditPage([.. rows.Where(filter.Has)], rows.Count < filter.Limit ? null : rows[^1].Id);
    }

    /// <summary>The oldest first, up to what there was when it began; never more in memory than one piece.</summary>
    public async IAsyncEnumerable<AuditEventRow> AllAsync(AuditFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = await NewestAsync(cancellationToken);
        for (long after = 0; ;)
        {
            var piece = await PieceAsync(filter, after, last, cancellationToken);
            foreach (var row in piece.Where(filter.Has))
            {
                yield return row;
            }
            if (piece.Count < PieceSize)
            {
                yield break;
            }
            after = piece[^1].Id;
        }
    }

    /// <summary>The address is for administrators: it says where a person was. So is who reported something.</summary>
    public static JsonObject Shown(AuditEventRow row, bool withAddress)
    {
        var json = new JsonObject
        {
            ["id"] = row.Id,
            ["at"] = JsonTime.Of(row.At),
            ["actor"] = AuditEvents.Of(row.Action).ActorFor(row.Actor, isAdministrator: withAddress),
            ["action"] = row.Action,
            ["subject"] = row.Subject,
            ["detail"] = row.Detail,
        };
        if (withAddress)
        {
            json["address"] = row.Address;
        }
        return json;
    }

    private async Task<long> NewestAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await db.AuditEvents.MaxAsync(row => (long?)row.Id, cancellationToken) ?? 0;
    }

    private async Task<List<AuditEventRow>> PieceAsync(AuditFilter filter, long after, long last, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await filter.Of(db.AuditEvents).Where(row => row.Id > after && row.Id <= last).OrderBy(row => row.Id).Take(PieceSize).ToListAsync(cancellationToken);
    }
}
