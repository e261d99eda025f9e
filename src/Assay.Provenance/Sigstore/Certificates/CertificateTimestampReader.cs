using System.Buffers.Binary;

namespace Assay.Provenance.Sigstore.Certificates;

/// <summary>Reads the list of promises in its TLS encoding (RFC 6962 3.3).</summary>
internal ref struct CertificateTimestampReader(ReadOnlySpan<byte> bytes)
{
    private const int MostPromises = 16;

    // The last millisecond that DateTimeOffset can hold.
    private const ulong LastTime = 253_402_300_799_999;

    private ReadOnlySpan<byte> rest = bytes;
    private bool isShort;

    /// <returns>Null when the list is not well formed to its last byte. Promises of later versions are passed over.</returns>
    public static IReadOnlyList<CertificateTimestamp>? ReadList(ReadOnlySpan<byte> bytes)
    {
        var outer = new CertificateTimestampReader(bytes);
        var list = new CertificateTimestampReader(outer.TakeVector());
        var found = new List<CertificateTimestamp>();
        while (!list.rest.IsEmpty && !list.isShort && found.Count < MostPromises)
        {
            var item = new CertificateTimestampReader(list.TakeVector());
            if (item.Read() is { } promise)
            {
                found.Add(promise);
            }
            list.isShort |= item.isShort;
        }
        return outer.isShort || list.isShort || !outer.rest.IsEmpty || !list.rest.IsEmpty ? null : found;
    }

    private CertificateTimestamp? Read()
    {
        if (TakeByte() != CertificateTimestamp.Version1)
        {
            return null;
        }
        var logId = Take(32).ToArray();
        var time = Take(8) is { Length: 8 } eight ? BinaryPrimitives.ReadUInt64BigEndian(eight) : ulong.MaxValue;
        var extensions = TakeVector().ToArray();
        var promise = new CertificateTimestamp
        {
            LogId = logId,
            Time = DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min(time, LastTime)),
            Extensions = extensions,
            HashAlgorithm = TakeByte(),
            SignatureAlgorithm = TakeByte(),
            Signature = TakeVector().ToArray(),
        };
        isShort |= !rest.IsEmpty;
        return isShort || time > LastTime ? null : promise;
    }

    private ReadOnlySpan<byte> TakeVector() =>
        Take(2) is { Length: 2 } length ? Take(BinaryPrimitives.ReadUInt16BigEndian(length)) : [];

    private byte TakeByte() => Take(1) is [var one] ? one : byte.MaxValue;

    private ReadOnlySpan<byte> Take(int length)
    {
        if (isShort || rest.Length < length)
        {
            isShort = true;
            return [];
        }
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}
