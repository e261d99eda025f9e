using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Assay.Provenance.Sigstore.Certificates;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Provenance.Sigstore.Timestamps;

/// <summary>RFC 3161 tokens over the signature. Each must be good: a client that counts on another one than we did must not fail.</summary>
internal static class SignatureTimestamps
{
    private const string TimestampingUsage = "1.3.6.1.5.5.7.3.8";

    public static BundleVerdict.Refused? Check(BundleCase bundleCase)
    {
        foreach (var response in bundleCase.Bundle.Timestamps)
        {
            if (TimestampResponse.Token(response) is not { } token || Time(bundleCase, token) is not { } time)
            {
                return new(BundleRefusalCodes.TimestampUntrusted, "A timestamp is not by a trusted authority, or not of this signature.");
            }
            bundleCase.Stamps.Add(time);
        }
        return null;
    }

    private static DateTimeOffset? Time(BundleCase bundleCase, Rfc3161TimestampToken token)
    {
        var time = token.TokenInfo.Timestamp;
        return bundleCase.Root.TimestampAuthorities.Any(authority => authority.ValidFor.Contains(time)
            && IsSignedBy(authority, token, bundleCase.Bundle.Content.Signature)
            && AuthorityChain.IssuerKey(authority.Signer, authority, time, TimestampingUsage) is not null)
                ? time
                : null;
    }

    /// <summary>A certificate inside the token may be anybody's; only the authority's own, from the trusted root, counts.</summary>
    private static bool IsSignedBy(TrustedAuthority authority, Rfc3161TimestampToken token, byte[] signature)
    {
        try
        {
            return token.VerifySignatureForData(signature, out var signer, new X509Certificate2Collection(authority.Signer))
                && signer.RawDataMemory.Span.SequenceEqual(authority.Signer.RawDataMemory.Span);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
