using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Provenance.Sigstore.Certificates;

/// <summary>A chain from a certificate to an authority of the trusted root, at one moment in time. The system's own roots never count.</summary>
internal static class AuthorityChain
{
    /// <returns>The SubjectPublicKeyInfo of the certificate's issuer, or null when there is no such chain.</returns>
    public static byte[]? IssuerKey(X509Certificate2 certificate, TrustedAuthority authority, DateTimeOffset time, string usage)
    {
        using var chain = new X509Chain { ChainPolicy = Policy(authority, time, usage) };
        try
        {
            return chain.Build(certificate)
                ? chain.ChainElements[Math.Min(1, chain.ChainElements.Count - 1)].Certificate.PublicKey.ExportSubjectPublicKeyInfo()
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static X509ChainPolicy Policy(TrustedAuthority authority, DateTimeOffset time, string usage)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            // Short-lived certificates are not revoked, and nothing may be fetched from addresses that a certificate names.
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = time.UtcDateTime,
        };
        policy.ApplicationPolicy.Add(new Oid(usage));
        policy.CustomTrustStore.AddRange(authority.Roots);
        policy.ExtraStore.AddRange(authority.Others);
        return policy;
    }
}
