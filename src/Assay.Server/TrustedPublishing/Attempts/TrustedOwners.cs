using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.Bindings;
using Assay.Trust.Policies;
using Assay.Trust.Tokens;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Whom a scope trusts already, by the stable id of the owner behind the runs.</summary>
internal sealed class TrustedOwners(TrustStore trust, RegistryDbSource source, TimeProvider time)
{
    /// <summary>Names without a scope have nothing in common, so there only the package's own policies say whom it trusts.</summary>
    public async Task<bool> ContainAsync(RunClaims claims, NamePattern package, CancellationToken cancellationToken)
    {
        if (claims.OwnerId is not { } ownerId)
        {
            return false;
        }
        var now = time.GetUtcNow();
        await using var db = source.Open();
        var rows = await db.TrustPolicies
            .Where(row => row.Effect == TrustPolicyRow.Allow && row.BindingId == claims.Binding.Id
                && (package.Scope == "" ? row.Target == package.Text : row.Scope == package.Scope))
            .ToListAsync(cancellationToken);
        return rows.Select(trust.Read).OfType<TrustPolicy>()
            .Any(policy => policy.Life.IsInForce(now) && policy.Pins.GetValueOrDefault(claims.Definition.Run.Owner!) == ownerId);
    }
}
