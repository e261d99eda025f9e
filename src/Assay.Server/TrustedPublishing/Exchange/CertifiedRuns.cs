using Assay.Server.Attestations;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Trust.Certificates;
using Assay.Trust.Providers;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>Holds a bundle's certificate against the claims that its publish token was exchanged for.</summary>
internal sealed class CertifiedRuns(ProviderCatalog catalog, IOptions<AttestationsOptions> options)
{
    /// <summary>Null when the run that signed is the run that publishes.</summary>
    public Denial? Refuse(PublishTokenRow token, CertifiedRun certified)
    {
        if (catalog.Find(token.ProviderId) is not { Sigstore: { } shape })
        {
            return ProvenanceDenial.Of(
                "provenance-not-comparable",
                $"This registry cannot compare certificates with runs of {token.DisplayName}. Publish without --provenance.");
        }
        if (RunAgreement.FirstDifference(shape, Run.IssuerOf(token.RunJson) ?? "", Run.ClaimsOf(token.RunJson), certified) is { } difference)
        {
            return ProvenanceDenial.Of(
                "provenance-of-another-run",
                $"The certificate's {difference} is not that of the run that publishes. Sign and publish in the same job.");
        }
        return options.Value.RequireHostedRunner && certified.RunnerEnvironment != shape.HostedRunner
            ? ProvenanceDenial.Of(
                "provenance-runner-not-hosted",
                $"This registry accepts provenance from {shape.HostedRunner} runners only. Publish without --provenance.")
            : null;
    }
}
