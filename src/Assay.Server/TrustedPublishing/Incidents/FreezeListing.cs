using Assay.Server.Data;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>What is frozen, as far as it concerns whoever asks.</summary>
internal sealed class FreezeListing(RegistryDbSource source)
{
    public const int PageSize = 100;

    /// <summary>The newest first; those that hold, or all that ever did.</summary>
    public async Task<IReadOnlyList<Freeze>> ListAsync(Responder responder, bool withLifted, long? before, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var rows = FreezeRights.SeenBy(db, responder)
            .Where(row => (withLifted || row.LiftedAt == null) && (before == null || row.Id < before))
            .OrderByDescending(row => row.Id)
            .Take(PageSize);
        return await Freeze.From(db, rows).ToListAsync(cancellationToken);
    }
}
