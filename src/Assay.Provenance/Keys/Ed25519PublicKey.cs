using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Assay.Provenance.Keys;

/// <summary>An Ed25519 key where any key may stand, a SubjectPublicKeyInfo (RFC 8410), which the framework neither reads nor writes.</summary>
public static class Ed25519PublicKey
{
    // DER has one way to write what comes before the key.
    private static ReadOnlySpan<byte> Opening => [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

    /// <summary>DER around the 32 bytes of a key.</summary>
    public static byte[] ToSubjectPublicKeyInfo(ReadOnlySpan<byte> publicKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, Ed25519.PublicKeySize, nameof(publicKey));
        return [.. Opening, .. publicKey];
    }

    /// <summary>The 32 bytes of the key; null when it is of another kind.</summary>
    public static byte[]? FromSubjectPublicKeyInfo(ReadOnlySpan<byte> info) =>
        info.Length == Opening.Length + Ed25519.PublicKeySize && info.StartsWith(Opening) ? info[Opening.Length..].ToArray() : null;

    /// <summary>Whether the key that this subject public key info has signed the message.</summary>
    public static bool Verifies(ReadOnlySpan<byte> info, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        FromSubjectPublicKeyInfo(info) is { } key && Ed25519Signature.Verifies(key, message, signature);
}
