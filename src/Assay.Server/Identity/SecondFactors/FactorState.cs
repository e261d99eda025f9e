using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>What second factors a person has.</summary>
internal sealed record FactorState(bool HasTotp, bool HasPendingTotp, int Passkeys, int RecoveryCodes)
{
    /// <summary>Recovery codes alone are none: they are for losing one.</summary>
    public bool IsEnrolled => HasTotp || Passkeys > 0;

    public static async Task<FactorState> OfAsync(RegistryDb db, long personId, CancellationToken cancellationToken)
    {
        var totp = await db.Totps.Where(row => row.PersonId == personId).Select(row => new { IsOn = row.ConfirmedAt != null }).SingleOrDefaultAsync(cancellationToken);
        return new FactorState(
            totp is { IsOn: true },
            totp is { IsOn: false },
            await db.Passkeys.CountAsync(row => row.PersonId == personId, cancellationToken),
            await db.RecoveryCodes.CountAsync(row => row.PersonId == personId && row.UsedAt == null, cancellationToken));
    }
}
