using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Assay.Provenance.Sigstore.Bundles;

namespace Assay.Provenance.Sigstore.Keys;

/// <summary>First step: the key that must have made the signature, out of the certificate or from the caller.</summary>
internal static class SignerKey
{
    public static BundleVerdict.Refused? Find(BundleCase bundleCase) => (bundleCase.Bundle.Material, bundleCase.Expectations.Signer) switch
    {
        (BundleMaterial.Key key, ExpectedSigner.Key expected) => FromCaller(bundleCase, key.Hint, expected),
        (BundleMaterial.Certificate certificate, ExpectedSigner.Certificate or ExpectedSigner.AnyCertificate) =>
            FromCertificate(bundleCase, certificate.Der),
        (BundleMaterial.Key, _) => new(BundleRefusalCodes.WrongSigner, "The bundle is signed with a key, not with a certificate."),
        _ => new(BundleRefusalCodes.WrongSigner, "The bundle is signed with a certificate, not with a known key."),
    };

    /// <summary>A key that is retired signs nothing new, at any of the proved times.</summary>
    public static BundleVerdict.Refused? CheckExpiry(BundleCase bundleCase) =>
        bundleCase.KeyExpires is { } expires && bundleCase.Times().Any(time => time >= expires)
            ? new(BundleRefusalCodes.KeyExpired, "The key that signed the bundle had expired by then.")
            : null;

    private static BundleVerdict.Refused? FromCaller(BundleCase bundleCase, string hint, ExpectedSigner.Key expected)
    {
        var named = NamedByEnvelope(bundleCase);
        bundleCase.KeyId = hint.Length > 0 ? hint : named;
        // npm looks for the key that the envelope names, other clients for the hint: they must not find two.
        if (named.Length > 0 && named != bundleCase.KeyId || expected.Select(bundleCase.KeyId) is not { } key)
        {
            return new(BundleRefusalCodes.KeyUnknown, "The bundle is signed with a key that is not known here.");
        }
        bundleCase.Key = key.Key;
        bundleCase.KeyExpires = key.Expires;
        return null;
    }

    private static BundleVerdict.Refused? FromCertificate(BundleCase bundleCase, byte[] der)
    {
        if (NamedByEnvelope(bundleCase).Length > 0)
        {
            return new(BundleRefusalCodes.WrongSigner, "The envelope names a key, but the bundle brings a certificate.");
        }
        try
        {
            bundleCase.Certificate = X509CertificateLoader.LoadCertificate(der);
            if (bundleCase.Certificate.RawDataMemory.Span.SequenceEqual(der)
                && VerificationKey.TryCreate(bundleCase.Certificate.PublicKey.ExportSubjectPublicKeyInfo(), out var key))
            {
                bundleCase.Key = key;
                return null;
            }
        }
        catch (CryptographicException)
        {
            // Told below, as every other certificate that is none.
        }
        return new(BundleRefusalCodes.CertificateMalformed, "The certificate cannot be read, or its key is of a kind that is not accepted.");
    }

    private static string NamedByEnvelope(BundleCase bundleCase) =>
        bundleCase.Bundle.Content is BundleContent.Envelope envelope ? envelope.Dsse.KeyId : "";
}
