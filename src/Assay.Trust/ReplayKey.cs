using Assay.Trust.Policies;
using Assay.Trust.Tokens;

namespace Assay.Trust;

/// <summary>
/// What may happen only once. The package is part of it because CI systems present one token for every package of a job, and the class
/// because the same token may still move a tag after its publish.
/// </summary>
public sealed record ReplayKey(string Issuer, string TokenId, string Package, ActionClass Class)
{
    public static ReplayKey Of(VerifiedClaims claims, string package, ActionClass actionClass) =>
        new(claims.Issuer, claims.ReplayId, package, actionClass);
}
