namespace Assay.Provenance.Sigstore.Certificates;

/// <summary>Whom the certificate names, and whether that is who should have signed.</summary>
internal static class SignerIdentity
{
    public static BundleVerdict.Refused? Check(BundleCase bundleCase)
    {
        if (bundleCase.Certificate is null)
        {
            return null;
        }
        bundleCase.Identity = CertificateIdentityReader.Read(bundleCase.Certificate);
        return bundleCase.Identity is not { } identity
            ? new(BundleRefusalCodes.CertificateMalformed, "The certificate does not name one identity.")
            : bundleCase.Expectations.Signer is ExpectedSigner.Certificate expected && expected.Identity.FirstMismatch(identity) is { } mark
                ? new(BundleRefusalCodes.IdentityMismatch, $"The certificate was issued to another identity: {mark} is not the expected one.")
                : null;
    }
}
