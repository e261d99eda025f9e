using System.Buffers;
using System.Security.Cryptography;
using Assay.Npm;
using Assay.Server.Packages;

namespace Assay.Server.Import;

/// <summary>
/// The checksums that a source gives for a tarball: those of the strongest algorithm in its <c>integrity</c>, of which one has to fit, and its
/// <c>shasum</c>. Old versions have nothing better than a SHA-1, and it has to fit too.
/// </summary>
internal sealed record PromisedDigests(string Algorithm, IReadOnlyList<string> Base64, string? Shasum)
{
    // From the strongest down.
    private static readonly string[] Algorithms = ["sha512", "sha384", "sha256", "sha1"];

    public static PromisedDigests None { get; } = new("", [], null);

    /// <summary>The bytes are the ones promised although nobody looked at them yet: what is stored has the same SHA-512.</summary>
    public Integrity? Sha512 => Algorithm == "sha512" && Base64.Count == 1 && Integrity.TryParse($"sha512-{Base64[0]}", out var integrity) ? integrity : null;

    public bool IsEmpty => Base64.Count == 0 && Shasum is null;

    /// <summary>Null when they cannot be read: a promise that nobody understands is not kept by any bytes.</summary>
    public static PromisedDigests? Read(string? integrity, string? shasum)
    {
        string? sha1 = null;
        if (shasum is { Length: > 0 } && !Npm.Shasum.TryParse(shasum, out sha1))
        {
            return null;
        }
        if (string.IsNullOrWhiteSpace(integrity))
        {
            return new PromisedDigests("", [], sha1);
        }
        var hashes = integrity.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(hash => hash.Split('-', 2)).Where(parts => parts.Length == 2).ToList();
        var strongest = Algorithms.FirstOrDefault(algorithm => hashes.Exists(parts => parts[0] == algorithm));
        return strongest is null
            ? null
            : new PromisedDigests(strongest, [.. hashes.Where(parts => parts[0] == strongest).Select(parts => parts[1].Split('?')[0])], sha1);
    }

    /// <summary>What does not fit, in one sentence; null when everything does.</summary>
    public async Task<string?> DisagreementAsync(StagedTarball staged, CancellationToken cancellationToken)
    {
        if (Shasum is not null && Shasum != staged.Shasum)
        {
            return $"The tarball's SHA-1 is {staged.Shasum}, but the source promises {Shasum}.";
        }
        if (Base64.Count == 0)
        {
            return null;
        }
        var actual = Convert.ToBase64String(await DigestAsync(staged, cancellationToken));
        return Base64.Contains(actual, StringComparer.Ordinal)
            ? null
            : $"The tarball's bytes are {Algorithm}-{actual}, but the source promises {Algorithm}-{Assay.Trust.Refusals.Printable.Value(Base64[0])}.";
    }

    private async Task<byte[]> DigestAsync(StagedTarball staged, CancellationToken cancellationToken) => Algorithm switch
    {
        "sha512" => staged.Integrity.Digest.ToArray(),
        "sha384" => await HashAsync(staged, HashAlgorithmName.SHA384, cancellationToken),
        "sha256" => await HashAsync(staged, HashAlgorithmName.SHA256, cancellationToken),
        _ => Convert.FromHexString(staged.Shasum),
    };

    private static async Task<byte[]> HashAsync(StagedTarball staged, HashAlgorithmName algorithm, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(algorithm);
        await using var stream = staged.Rewound();
        var piece = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (await stream.ReadAsync(piece, cancellationToken) is > 0 and var read)
            {
                hash.AppendData(piece.AsSpan(0, read));
            }
            return hash.GetHashAndReset();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
