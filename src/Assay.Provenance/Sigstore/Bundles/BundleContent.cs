using Assay.Provenance.Envelopes;

namespace Assay.Provenance.Sigstore.Bundles;

/// <summary>What a bundle's signature is about.</summary>
internal abstract record BundleContent(byte[] Signature)
{
    public sealed record Envelope(DsseEnvelope Dsse) : BundleContent(Dsse.Signature.ToArray());

    /// <summary>A signature over a file that is not in the bundle; the digest is only a hint, but a wrong hint is refused.</summary>
    public sealed record Message(string Algorithm, byte[] Digest, byte[] Signature) : BundleContent(Signature);
}
