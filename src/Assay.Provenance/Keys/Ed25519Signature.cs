using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Assay.Provenance.Keys;

/// <summary>Ed25519, which the framework does not have.</summary>
internal static class Ed25519Signature
{
    /// <summary>Never a point of small order: under such a key one signature fits many texts.</summary>
    public static bool IsKey(ReadOnlySpan<byte> publicKey) =>
        publicKey.Length == Ed25519.PublicKeySize && Ed25519.ValidatePublicKeyFull(publicKey.ToArray(), 0);

    public static bool Verifies(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        publicKey.Length == Ed25519.PublicKeySize && signature.Length == Ed25519.SignatureSize
        && Ed25519.Verify(signature.ToArray(), 0, publicKey.ToArray(), 0, message.ToArray(), 0, message.Length);
}
