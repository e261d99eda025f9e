using System.Security.Cryptography;

namespace Assay.Provenance.Sigstore.Artifacts;

/// <summary>Hashes by the names that bundles and log entries give them.</summary>
internal static class NamedHash
{
    public static byte[]? Compute(string algorithm, ReadOnlySpan<byte> data) => algorithm switch
    {
        "sha256" or "SHA2_256" => SHA256.HashData(data),
        "sha384" or "SHA2_384" => SHA384.HashData(data),
        "sha512" or "SHA2_512" => SHA512.HashData(data),
        _ => null,
    };

    public static bool Matches(string algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> digest) =>
        Compute(algorithm, data) is { } computed && digest.SequenceEqual(computed);
}
