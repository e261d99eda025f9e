using Assay.Provenance.Sigstore.Keys;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Provenance.Sigstore.Certificates;

/// <summary>
/// The certificate must be in a certificate log that we know (RFC 6962): an authority that issues in secret is caught by nobody. What unknown logs
/// say is passed over; a known log's word that does not verify is fatal.
/// </summary>
internal static class CertificateTransparency
{
    private const byte Sha256 = 4;
    private const byte RsaSignature = 1;
    private const byte EcdsaSignature = 3;

    public static BundleVerdict.Refused? Check(BundleCase bundleCase)
    {
        if (bundleCase.Certificate is null)
        {
            return null;
        }
        var promises = PrecertificateReader.Read(bundleCase.Certificate.RawDataMemory, out var precertificate);
        var known = promises.Where(promise => bundleCase.Root.CertificateLogs.Any(log => log.Has(promise.LogId))).ToList();
        return known.Count > 0 && known.All(promise => IsKept(bundleCase, promise, precertificate))
            ? null
            : new(BundleRefusalCodes.CertificateNotLogged, "No trusted certificate log has promised to show the certificate.");
    }

    private static bool IsKept(BundleCase bundleCase, CertificateTimestamp promise, byte[] precertificate)
    {
        var signed = promise.SignedBytes(bundleCase.IssuerKey, precertificate);
        return bundleCase.Root.CertificateLogs.Any(log => log.Has(promise.LogId)
            && log.ValidFor.Contains(promise.Time)
            && IsOfItsKind(log, promise)
            && log.Key.Verifies(signed, promise.Signature));
    }

    /// <summary>RFC 6962 2.1.4 knows these two, both with SHA-256.</summary>
    private static bool IsOfItsKind(TrustedLog log, CertificateTimestamp promise) =>
        promise.HashAlgorithm == Sha256 && (log.Key.Algorithm, promise.SignatureAlgorithm)
            is (KeyAlgorithm.EcdsaP256, EcdsaSignature) or (KeyAlgorithm.Rsa, RsaSignature);
}
