using System.Security.Cryptography;
using System.Text;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Exactly what an incident would quarantine and revoke, as of one moment and within one's authority.</summary>
internal sealed record IncidentSet(IReadOnlyList<long> Versions, IReadOnlyList<long> ExchangedTokens, IReadOnlyList<long> AccessTokens)
{
    public bool IsEmpty => Versions.Count == 0 && Tokens == 0;

    public int Tokens => ExchangedTokens.Count + AccessTokens.Count;

    public static async Task<IncidentSet> ReadAsync(
        RegistryDb db, IncidentSelection selection, Responder responder, DateTimeOffset now, CancellationToken cancellationToken) => new(
        await VersionsOf(db, selection, responder).OrderBy(row => row.Id).Select(row => row.Id).ToListAsync(cancellationToken),
        await selection.ExchangedTokens(db, now).Within(db, responder).OrderBy(row => row.Id).Select(row => row.Id).ToListAsync(cancellationToken),
        await selection.AccessTokens(db, now).Within(responder).OrderBy(row => row.Id).Select(row => row.Id).ToListAsync(cancellationToken));

    /// <summary>What an earlier incident holds stays its own.</summary>
    public static IQueryable<VersionRow> VersionsOf(RegistryDb db, IncidentSelection selection, Responder responder) =>
        selection.Versions(db).Where(row => row.QuarantinedBy == null).Within(db, responder);

    /// <summary>Stands for this set under this selection and no other.</summary>
    public string Digest(IncidentSelection selection)
    {
        var text = new StringBuilder(selection.ToJson().ToJsonString());
        foreach (var ids in new[] { Versions, ExchangedTokens, AccessTokens })
        {
            text.Append('\n').AppendJoin(',', ids);
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }
}
