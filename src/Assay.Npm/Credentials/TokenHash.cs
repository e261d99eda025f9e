using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Npm;

/// <summary>
/// The SHA-256 of a credential's text, 32 bytes: what is stored, and the key under which a credential is looked up. A plain hash is
/// enough because the text is random; a person's password never comes here.
/// </summary>
public readonly record struct TokenHash
{
    private readonly ulong first;
    private readonly ulong second;
    private readonly ulong third;
    private readonly ulong fourth;

    private TokenHash(ReadOnlySpan<byte> bytes)
    {
        first = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        second = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        third = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        fourth = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>The hash of any credential's text, whatever its layout.</summary>
    public static TokenHash Of(string secret) => new(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <exception cref="ArgumentException">There are not 32 bytes.</exception>
    public static TokenHash FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == SHA256.HashSizeInBytes
            ? new TokenHash(bytes)
            : throw new ArgumentException("A SHA-256 has 32 bytes.", nameof(bytes));

    public byte[] ToArray()
    {
        var bytes = new byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, first);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), second);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(16), third);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(24), fourth);
        return bytes;
    }

    /// <summary>The first eight hexadecimal digits: enough to tell two apart in a log, too little to look one up.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray().AsSpan(0, 4)) + "…";
}
