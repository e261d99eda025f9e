using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Trust.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Why an exchanged token is dead that a freeze or an incident ended.</summary>
internal static class WhyRevoked
{
    private static readonly Refusal Thawed = new(
        RefusalCodes.PublishTokenExpired, "This token was revoked by a freeze that has been lifted since. Exchange the job's identity token again.");

    /// <summary>What its holder is told; null when neither a freeze nor an incident ended it. What commits together has one time.</summary>
    public static async Task<Refusal?> FindAsync(RegistryDb db, PublishTokenRow token, CancellationToken cancellationToken)
    {
        if (token.RevokedAt is not { } at)
        {
            return null;
        }
        var rows = db.Freezes.Where(row => row.CreatedAt == at || row.LiftedAt == at).OrderBy(row => row.LiftedAt != null);
        foreach (var freeze in await Freeze.From(db, rows).ToListAsync(cancellationToken))
        {
            if (await db.PublishTokens.Where(row => row.Id == token.Id).AnyAsync(FreezeSubject.Of(freeze).Concerns, cancellationToken))
            {
                return freeze.LiftedAt is null ? freeze.Refusal : Thawed;
            }
        }
        return await db.Incidents.AnyAsync(row => row.CreatedAt == at, cancellationToken)
            ? new Refusal(RefusalCodes.PublishTokenExpired, "This token was revoked in an incident. Ask the registry's administrators before you publish again.")
            : null;
    }
}
