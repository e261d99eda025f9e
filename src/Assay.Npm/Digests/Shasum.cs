using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Assay.Npm;

/// <summary>The SHA-1 of a tarball in 40 lower-case hexadecimal digits. Old clients still read it; nothing here relies on it.</summary>
public static class Shasum
{
    /// <exception cref="ArgumentException">The digest does not have 20 bytes.</exception>
    public static string FromSha1(ReadOnlySpan<byte> digest) =>
        digest.Length == SHA1.HashSizeInBytes
            ? Convert.ToHexStringLower(digest)
            : throw new ArgumentException("A SHA-1 has 20 bytes.", nameof(digest));

    /// <summary>Reads a client's shasum, in either case of letters.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out string? shasum)
    {
        shasum = text?.Length == 2 * SHA1.HashSizeInBytes && text.All(char.IsAsciiHexDigit) ? text.ToLowerInvariant() : null;
        return shasum is not null;
    }
}
