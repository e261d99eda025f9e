using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Assay.Npm;

/// <summary>
/// The strongest digest that a document promises of a tarball: of <c>dist.integrity</c> (Subresource Integrity) SHA-512, SHA-384 or SHA-256, and where
/// there is none, the SHA-1 of there or of <c>dist.shasum</c>, which is all that versions of before 2017 have.
/// </summary>
public sealed class PromisedDigest
{
    private static readonly (string Prefix, HashAlgorithmName Algorithm, int Size)[] Known =
    [
        ("sha512-", HashAlgorithmName.SHA512, SHA512.HashSizeInBytes),
        ("sha384-", HashAlgorithmName.SHA384, SHA384.HashSizeInBytes),
        ("sha256-", HashAlgorithmName.SHA256, SHA256.HashSizeInBytes),
        ("sha1-", HashAlgorithmName.SHA1, SHA1.HashSizeInBytes),
    ];

    private readonly List<byte[]> digests;

    private PromisedDigest(HashAlgorithmName algorithm, List<byte[]> digests, string text)
    {
        Algorithm = algorithm;
        this.digests = digests;
        Text = text;
    }

    public HashAlgorithmName Algorithm { get; }

    /// <summary>As Subresource Integrity writes it.</summary>
    public string Text { get; }

    /// <summary>False when neither says anything that can be checked.</summary>
    public static bool TryRead(string? integrity, string? shasum, [NotNullWhen(true)] out PromisedDigest? promised)
    {
        var hashes = (integrity ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        foreach (var (prefix, algorithm, size) in Known)
        {
            // Several of one strength are alternatives, as in browsers.
            var digests = hashes.Where(hash => hash.StartsWith(prefix, StringComparison.Ordinal)).Select(hash => Decode(hash[prefix.Length..], size)).OfType<byte[]>().ToList();
            if (digests.Count > 0)
            {
                promised = new PromisedDigest(algorithm, digests, prefix + Convert.ToBase64String(digests[0]));
                return true;
            }
        }
        promised = Shasum.TryParse(shasum, out var hex) ? new PromisedDigest(HashAlgorithmName.SHA1, [Convert.FromHexString(hex)], $"sha1-{Convert.ToBase64String(Convert.FromHexString(hex))}") : null;
        return promised is not null;
    }

    /// <summary>Whether it is the digest of bytes, by the algorithm of the promise.</summary>
    public bool IsKeptBy(ReadOnlySpan<byte> digest)
    {
        var isKept = false;
        foreach (var promised in digests)
        {
            isKept |= CryptographicOperations.FixedTimeEquals(promised, digest);
        }
        return isKept;
    }

    public override string ToString() => Text;

    private static byte[]? Decode(string hash, int size)
    {
        var options = hash.IndexOf('?', StringComparison.Ordinal);
        var digest = new byte[size];
        return Convert.TryFromBase64String(options < 0 ? hash : hash[..options], digest, out var written) && written == size ? digest : null;
    }
}
