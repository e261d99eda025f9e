using Assay.Provenance.Sigstore.Roots;

namespace Assay.Provenance.Sigstore.Certificates;

/// <summary>The signer's certificate must be good at every time that is proved: with two times, an attacker would choose the better one.</summary>
internal static class SignerCertificate
{
    private const string CodeSigningUsage = "1.3.6.1.5.5.7.3.3";

    public static BundleVerdict.Refused? Check(BundleCase bundleCase) =>
        bundleCase.Certificate is null || bundleCase.Times().All(time => IsGoodAt(bundleCase, time))
            ? null
            : new(BundleRefusalCodes.CertificateUntrusted, "No trusted authority vouches for the certificate at the time of the signature.");

    private static bool IsGoodAt(BundleCase bundleCase, DateTimeOffset time) =>
        bundleCase.Root.CertificateAuthorities.Any(authority => VouchesFor(bundleCase, authority, time));

    private static bool VouchesFor(BundleCase bundleCase, TrustedAuthority authority, DateTimeOffset time)
    {
        if (!authority.ValidFor.Contains(time)
            || AuthorityChain.IssuerKey(bundleCase.Certificate!, authority, time, CodeSigningUsage) is not { } issuer)
        {
            return false;
        }
        bundleCase.IssuerKey = issuer;
        return true;
    }
}
