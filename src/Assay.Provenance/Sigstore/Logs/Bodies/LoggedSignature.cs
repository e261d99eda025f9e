namespace Assay.Provenance.Sigstore.Logs.Bodies;

/// <summary>What every kind of entry says in its own words: a digest of something, a signature, and whose it is.</summary>
internal sealed record LoggedSignature(LoggedDigest Digest, byte[] Signature, LoggedVerifier Verifier);

/// <summary>A digest with what it is of.</summary>
internal sealed record LoggedDigest(DigestOf Of, string Algorithm, byte[] Value);

internal enum DigestOf
{
    /// <summary>The payload of an envelope.</summary>
    Payload,

    /// <summary>A file.</summary>
    File,

    /// <summary>A file, or the pre-authentication encoding of an envelope: whatever the signature covers.</summary>
    SignedBytes,
}
