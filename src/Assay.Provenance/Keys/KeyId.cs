using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Provenance.Keys;

/// <summary>
/// Names a key as the public registry names its own: the OpenSSH fingerprint, <c>SHA256:</c> and unpadded base64 (RFC 4253 section 6.6,
/// RFC 5656 section 3.1, RFC 8709 section 4). Clients compare it as text.
/// </summary>
public static class KeyId
{
    private const string Type = "ecdsa-sha2-nistp256";
    private const string Curve = "nistp256";
    private const string Ed25519Type = "ssh-ed25519";
    private const byte Uncompressed = 4;

    /// <summary>The name of a P-256 key.</summary>
    public static string Of(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return Fingerprint([.. Text(Type), .. Text(Curve), .. Sized([Uncompressed, .. point.X!, .. point.Y!])]);
    }

    /// <summary>The name of a P-256 or an Ed25519 key.</summary>
    /// <exception cref="CryptographicException">The bytes are no SubjectPublicKeyInfo.</exception>
    public static string Of(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        if (Ed25519PublicKey.FromSubjectPublicKeyInfo(subjectPublicKeyInfo) is { } publicKey)
        {
            return Fingerprint([.. Text(Ed25519Type), .. Sized(publicKey)]);
        }
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out _);
        return Of(key);
    }

    private static string Fingerprint(byte[] key) => "SHA256:" + Convert.ToBase64String(SHA256.HashData(key)).TrimEnd('=');

    private static byte[] Text(string text) => Sized(Encoding.ASCII.GetBytes(text));

    private static byte[] Sized(byte[] bytes)
    {
        var length = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)bytes.Length);
        return [.. length, .. bytes];
    }
}
