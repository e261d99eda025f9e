using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Assay.Provenance.Sigstore.Certificates;

/// <summary>A certificate log's signed promise (SCT, RFC 6962 3.2), version 1.</summary>
internal sealed record CertificateTimestamp
{
    public const byte Version1 = 0;
    private const byte CertificateTimestampType = 0;
    private static readonly byte[] PrecertificateEntry = [0, 1];

    public required byte[] LogId { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required byte[] Extensions { get; init; }

    public required byte HashAlgorithm { get; init; }

    public required byte SignatureAlgorithm { get; init; }

    public required byte[] Signature { get; init; }

    /// <summary>What the log signed: a certificate before its promises were put in, bound to its issuer.</summary>
    public byte[] SignedBytes(ReadOnlySpan<byte> issuerKey, ReadOnlySpan<byte> precertificate)
    {
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, Time.ToUnixTimeMilliseconds());
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, precertificate.Length);
        Span<byte> extensions = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(extensions, (ushort)Extensions.Length);
        return
        [
            Version1, CertificateTimestampType, .. time, .. PrecertificateEntry, .. SHA256.HashData(issuerKey),
            .. length[1..], .. precertificate, .. extensions, .. Extensions,
        ];
    }
}
