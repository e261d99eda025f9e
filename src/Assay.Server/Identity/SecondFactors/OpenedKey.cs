using System.Security.Cryptography;
using System.Text;

namespace Assay.Server.Identity;

/// <summary>Seals with AES-256-GCM: nonce, tag, text. What is sealed for one use or one person cannot be opened for another.</summary>
internal sealed class OpenedKey(byte[] key, string id)
{
    private static readonly int NonceBytes = AesGcm.NonceByteSizes.MaxSize;
    private static readonly int TagBytes = AesGcm.TagByteSizes.MaxSize;

    /// <summary>Kept with what it seals; tells nothing about the key.</summary>
    public string Id => id;

    public byte[] Seal(string use, ReadOnlySpan<byte> text)
    {
        var whole = new byte[NonceBytes + TagBytes + text.Length];
        var (nonce, tag, hidden) = Parts(whole);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(nonce, text, hidden, tag, Encoding.UTF8.GetBytes(use));
        return whole;
    }

    /// <summary>Null when it was sealed for another use, with another key, or was changed.</summary>
    public byte[]? Open(string use, byte[] whole)
    {
        if (whole.Length < NonceBytes + TagBytes)
        {
            return null;
        }
        var (nonce, tag, hidden) = Parts(whole);
        var text = new byte[hidden.Length];
        using var cipher = new AesGcm(key, TagBytes);
        try
        {
            cipher.Decrypt(nonce, hidden, tag, text, Encoding.UTF8.GetBytes(use));
            return text;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>A digest of a secret that nobody without the key can guess it by.</summary>
    public byte[] Digest(string use, string secret) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{use}\0{secret}"));

    private static Sealed Parts(byte[] whole) =>
        new(whole.AsSpan(0, NonceBytes), whole.AsSpan(NonceBytes, TagBytes), whole.AsSpan(NonceBytes + TagBytes));

    private readonly ref struct Sealed(Span<byte> nonce, Span<byte> tag, Span<byte> text)
    {
        private readonly Span<byte> nonce = nonce;
        private readonly Span<byte> tag = tag;
        private readonly Span<byte> text = text;

        public void Deconstruct(out Span<byte> first, out Span<byte> second, out Span<byte> third)
        {
            first = nonce;
            second = tag;
            third = text;
        }
    }
}
