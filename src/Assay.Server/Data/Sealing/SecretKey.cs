using System.Security.Cryptography;
using System.Text;

namespace Assay.Server.Data.Sealing;

/// <summary>A key for AES-256-GCM, and the id by which it is told from another.</summary>
internal sealed class SecretKey
{
    public const int Size = 32;
    public const int IdSize = 8;

    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly byte[] bytes;
    private readonly byte[] id;

    private SecretKey(byte[] bytes)
    {
        this.bytes = bytes;
        id = HMACSHA256.HashData(bytes, "assay secrets key id"u8)[..IdSize];
    }

    public ReadOnlySpan<byte> Id => id;

    public static SecretKey Create() => new(RandomNumberGenerator.GetBytes(Size));

    /// <summary>Null when the text is not that of a key.</summary>
    public static SecretKey? Parse(string text)
    {
        var read = new byte[Size];
        return Convert.TryFromBase64String(text.Trim(), read, out var length) && length == Size ? new SecretKey(read) : null;
    }

    public string ToText() => Convert.ToBase64String(bytes) + "\n";

    /// <summary>The key's id, a nonce, what was encrypted, a tag. The purpose is bound to it: sealed for one, it does not open for another.</summary>
    public byte[] Seal(string purpose, ReadOnlySpan<byte> secret)
    {
        var box = new byte[IdSize + NonceSize + secret.Length + TagSize];
        var nonce = box.AsSpan(IdSize, NonceSize);
        id.CopyTo(box, 0);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(bytes, TagSize);
        cipher.Encrypt(nonce, secret, box.AsSpan(IdSize + NonceSize, secret.Length), box.AsSpan(box.Length - TagSize), Encoding.UTF8.GetBytes(purpose));
        return box;
    }

    /// <exception cref="CryptographicException">It was sealed with another key or for another purpose, or was changed.</exception>
    public byte[] Open(string purpose, ReadOnlySpan<byte> box) =>
        TryOpen(purpose, box) ?? throw new CryptographicException("A secret was sealed with another key than this registry has now, for another purpose, or was changed.");

    /// <summary>Null when it was sealed with another key or for another purpose, or was changed.</summary>
    public byte[]? TryOpen(string purpose, ReadOnlySpan<byte> box)
    {
        if (box.Length < IdSize + NonceSize + TagSize || !box[..IdSize].SequenceEqual(id))
        {
            return null;
        }
        var rest = box[(IdSize + NonceSize)..];
        var secret = new byte[rest.Length - TagSize];
        using var cipher = new AesGcm(bytes, TagSize);
        try
        {
            cipher.Decrypt(box.Slice(IdSize, NonceSize), rest[..^TagSize], rest[^TagSize..], secret, Encoding.UTF8.GetBytes(purpose));
            return secret;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>A digest of a secret that nobody without the key can guess it by.</summary>
    public byte[] Digest(string purpose, string secret) => HMACSHA256.HashData(bytes, Encoding.UTF8.GetBytes($"{purpose}\0{secret}"));
}
