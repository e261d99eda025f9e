using Assay.Provenance.Sigstore.Roots;

namespace Assay.Server.Attestations;

/// <summary>Whom the registry believes about bundles that clients made.</summary>
internal sealed record ClientTrust(TrustedRoot Root);
