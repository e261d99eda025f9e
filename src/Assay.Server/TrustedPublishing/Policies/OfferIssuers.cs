using Assay.Server.Data;
using Assay.Server.Packages;
using Assay.Trust.Bindings;
using Assay.Trust.Policies;

namespace Assay.Server.TrustedPublishing;

/// <summary>The issuers that a policy on some names can trust, for those who may write one: their names are nothing for others.</summary>
internal sealed class OfferIssuers(TrustStore trust, RegistryDbSource source)
{
    public async Task<(IReadOnlyList<TrustedIssuer> Issuers, Denial? Denial)> ForAsync(NamePattern target, PolicyWriter writer, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        if (await PolicyRights.MayWriteAsync(db, target, PolicyEffect.Deny, writer, cancellationToken) is { } denial)
        {
            return ([], denial);
        }
        var issuers = await trust.IssuersAsync(cancellationToken);
        return ([.. issuers.Where(issuer => issuer.Binding.Names.Any(names => names.Overlaps(target))).OrderBy(issuer => issuer.Binding.Id, StringComparer.Ordinal)], null);
    }
}
