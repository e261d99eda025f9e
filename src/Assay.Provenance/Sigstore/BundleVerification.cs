using Assay.Provenance.Sigstore.Artifacts;
using Assay.Provenance.Sigstore.Certificates;
using Assay.Provenance.Sigstore.Keys;
using Assay.Provenance.Sigstore.Logs;
using Assay.Provenance.Sigstore.Roots;
using Assay.Provenance.Sigstore.Timestamps;

namespace Assay.Provenance.Sigstore;

/// <summary>The only way from an unverified bundle to a signer that may be believed.</summary>
public static class BundleVerification
{
    /// <summary>How far the clocks of logs and timestamp authorities may be ahead of ours.</summary>
    public static readonly TimeSpan Leeway = TimeSpan.FromSeconds(60);

    private delegate BundleVerdict.Refused? Step(BundleCase bundleCase);

    // The order matters twice: what is cheap comes first, and times must be proved before anything is asked to be valid at them.
    private static readonly Step[] Steps =
    [
        SignerKey.Find,
        SignedArtifact.CheckSignature,
        SignatureTimestamps.Check,
        LogEntries.Check,
        SignatureTimes.Check,
        SignerKey.CheckExpiry,
        SignerCertificate.Check,
        CertificateTransparency.Check,
        SignerIdentity.Check,
        SignedArtifact.CheckSubject,
    ];

    /// <summary>Verifies everything or refuses; nothing is fetched, and <paramref name="now"/> only bounds how new the bundle may be.</summary>
    public static BundleVerdict Verify(UnverifiedBundle bundle, TrustedRoot root, BundleExpectations expectations, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(expectations);

        using var bundleCase = new BundleCase(bundle, root, expectations, now);
        foreach (var step in Steps)
        {
            if (step(bundleCase) is { } refused)
            {
                return refused;
            }
        }
        return new BundleVerdict.Verified(Signer(bundleCase), bundleCase.LogEntries, bundleCase.Times(), bundleCase.Statement);
    }

    private static BundleSigner Signer(BundleCase bundleCase) =>
        bundleCase.Identity is { } identity ? new BundleSigner.Certificate(identity) : new BundleSigner.Key(bundleCase.KeyId);
}
