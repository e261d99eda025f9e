using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Assay.Provenance.Keys;

/// <summary>Signs with Ed25519 (RFC 8032), and is kept as PKCS#8 in PEM (RFC 8410), which other tools read.</summary>
public sealed class Ed25519PrivateKey
{
    private const string Label = "PRIVATE KEY";

    private readonly byte[] secret;
    private readonly byte[] publicKey = new byte[Ed25519.PublicKeySize];

    private Ed25519PrivateKey(byte[] secret)
    {
        this.secret = secret;
        Ed25519.GeneratePublicKey(secret, 0, publicKey, 0);
    }

    /// <summary>The 32 bytes that verify.</summary>
    public ReadOnlyMemory<byte> PublicKey => publicKey;

    private static ReadOnlySpan<byte> Opening => [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

    /// <summary>A new key.</summary>
    public static Ed25519PrivateKey Create() => new(RandomNumberGenerator.GetBytes(Ed25519.SecretKeySize));

    /// <summary>Null when the text is not one Ed25519 key.</summary>
    public static Ed25519PrivateKey? FromPem(ReadOnlySpan<char> pem)
    {
        if (!PemEncoding.TryFind(pem, out var fields) || pem[fields.Label] is not Label)
        {
            return null;
        }
        var bytes = new byte[fields.DecodedDataLength];
        return Convert.TryFromBase64Chars(pem[fields.Base64Data], bytes, out var length)
            && length == Opening.Length + Ed25519.SecretKeySize && bytes.AsSpan().StartsWith(Opening)
            ? new Ed25519PrivateKey(bytes[Opening.Length..])
            : null;
    }

    /// <summary>The private half, in clear.</summary>
    public string ExportPkcs8PrivateKeyPem() => PemEncoding.WriteString(Label, [.. Opening, .. secret]);

    /// <summary>64 bytes.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(secret, 0, publicKey, 0, message.ToArray(), 0, message.Length, signature, 0);
        return signature;
    }
}
