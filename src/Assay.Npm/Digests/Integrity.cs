using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Assay.Npm;

/// <summary>The SHA-512 of a tarball, written as Subresource Integrity writes it: <c>sha512-…</c>. Compared in constant time.</summary>
public sealed class Integrity : IEquatable<Integrity>
{
    private const string Prefix = "sha512-";
    private readonly byte[] digest;

    private Integrity(byte[] digest) => this.digest = digest;

    /// <summary>The 64 bytes.</summary>
    public ReadOnlySpan<byte> Digest => digest;

    /// <summary>The digest in 128 lower-case hexadecimal digits.</summary>
    public string Hex => Convert.ToHexStringLower(digest);

    /// <exception cref="ArgumentException">The digest does not have 64 bytes.</exception>
    public static Integrity FromSha512(ReadOnlySpan<byte> digest) =>
        digest.Length == SHA512.HashSizeInBytes
            ? new Integrity(digest.ToArray())
            : throw new ArgumentException("A SHA-512 has 64 bytes.", nameof(digest));

    /// <summary>Reads the first SHA-512 of a list of hashes with white space between them; weaker hashes do not count.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Integrity? integrity)
    {
        integrity = null;
        foreach (var hash in (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (hash.StartsWith(Prefix, StringComparison.Ordinal))
                return TryDecode(hash.AsSpan(Prefix.Length), out integrity);
        }

        return false;
    }

    public bool Equals(Integrity? other) => other is not null && CryptographicOperations.FixedTimeEquals(digest, other.digest);

    public override bool Equals(object? obj) => Equals(obj as Integrity);

    public override int GetHashCode() => BitConverter.ToInt32(digest);

    public override string ToString() => Prefix + Convert.ToBase64String(digest);

    private static bool TryDecode(ReadOnlySpan<char> hash, [NotNullWhen(true)] out Integrity? integrity)
    {
        integrity = null;
        var options = hash.IndexOf('?');
        var base64 = options < 0 ? hash : hash[..options];
        var digest = new byte[SHA512.HashSizeInBytes];
        if (!Convert.TryFromBase64Chars(base64, digest, out var written) || written != digest.Length)
            return false;
        integrity = new Integrity(digest);
        // One digest, one spelling: stray bits in the last character are refused.
        return base64.SequenceEqual(Convert.ToBase64String(digest));
    }
}
