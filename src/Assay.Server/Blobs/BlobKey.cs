namespace Assay.Server.Blobs;

/// <summary>The SHA-512 of the bytes, as 128 lower-case hexadecimal characters.</summary>
internal readonly record struct BlobKey
{
    private const int Length = 128;

    private BlobKey(string hex) => Hex = hex;

    public string Hex { get; }

    public static BlobKey FromSha512(ReadOnlySpan<byte> digest) =>
        TryFromSha512(digest, out var key) ? key : throw new ArgumentException("A blob key is a SHA-512.", nameof(digest));

    /// <summary>False when it has not the length of one.</summary>
    public static bool TryFromSha512(ReadOnlySpan<byte> digest, out BlobKey key)
    {
        var isDigest = digest.Length == Length / 2;
        key = isDigest ? new BlobKey(Convert.ToHexStringLower(digest)) : default;
        return isDigest;
    }

    /// <summary>Reads the one spelling that a key has.</summary>
    public static bool TryParse(string text, out BlobKey key)
    {
        var isKey = text.Length == Length && text.All(char.IsAsciiHexDigitLower);
        key = isKey ? new BlobKey(text) : default;
        return isKey;
    }

    public override string ToString() => Hex;
}
