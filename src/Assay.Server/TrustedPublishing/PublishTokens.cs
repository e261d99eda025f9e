using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Trust.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Knows the publish tokens among the credentials.</summary>
internal sealed class PublishTokens(RegistryDbSource source) : ICredentialSource
{
    public async Task<Credential?> FindAsync(TokenHash hash, CancellationToken cancellationToken)
    {
        var bytes = hash.ToArray();
        await using var db = source.Open();
        var row = await db.PublishTokens.SingleOrDefaultAsync(token => token.Hash == bytes, cancellationToken);
        if (row is null || !PackageName.TryParse(row.PackageName, out var package))
        {
            return null;
        }
        var grant = new PublishGrant(row.Id, package, row.ProviderId, row.PolicyId, row.DisplayName) { IsUsed = row.UsedAt is not null };
        return new Credential(this, hash, row.ExpiresAt, row.RevokedAt, [], address => new Caller.Workload(grant, address))
        {
            WhenRevoked = "This publish token was replaced by a later exchange of the same identity token.",
            WhenExpired = $"This publish token expired at {row.ExpiresAt:u}. Exchange the job's identity token again.",
            RejectionCode = RefusalCodes.PublishTokenExpired,
        };
    }

    // Its use is its publish, and that is recorded in the publish's commit.
    public void Touch(Credential credential)
    {
    }
}
