using System.Text;
using Assay.Provenance.Sigstore.Bundles;
using Assay.Provenance.Sigstore.Keys;

namespace Assay.Provenance.Sigstore.Logs.Bodies;

/// <summary>The certificate or public key that an entry was logged with, as DER: one is never equal to the other.</summary>
internal sealed record LoggedVerifier(byte[] Der)
{
    /// <summary>Without this the entry could be somebody else's, about the same bytes.</summary>
    public bool IsSignerOf(BundleCase bundleCase) =>
        bundleCase.Certificate is { } certificate
            ? certificate.RawDataMemory.Span.SequenceEqual(Der)
            : bundleCase.Key.SubjectPublicKeyInfo.SequenceEqual(Der);

    public static LoggedVerifier OfPem(byte[] pem) =>
        PemBlock.Read(Encoding.ASCII.GetString(pem)) is { Label: "CERTIFICATE" or "PUBLIC KEY" } block
            ? new LoggedVerifier(block.Der)
            : throw new MalformedException("a verifier is neither a certificate nor a public key");

    /// <summary>The second generation of Rekor names which of the two it is.</summary>
    public static LoggedVerifier Of(ProtoObject verifier) =>
        (verifier.OptionalObject("x509Certificate") ?? verifier.OptionalObject("publicKey")) is { } either
            ? new LoggedVerifier(either.Bytes("rawBytes"))
            : throw new MalformedException("a verifier is neither a certificate nor a public key");
}
