using System.Text;

namespace Assay.Npm;

/// <summary>One header block of a tar archive: ustar, GNU or the old form.</summary>
internal readonly record struct TarHeader(string Path, long Size, int Mode, char Type)
{
    public const int BlockSize = 512;

    private const int ChecksumOffset = 148;
    private const int ChecksumLength = 8;

    // Bytes that are not UTF-8 must not turn into a path that looks like another one.
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    public static bool IsZero(ReadOnlySpan<byte> block) => !block.ContainsAnyExcept((byte)0);

    /// <exception cref="TarballRefusedException">The block is no header.</exception>
    public static TarHeader Read(ReadOnlySpan<byte> block)
    {
        if (!TryReadOctal(block.Slice(ChecksumOffset, ChecksumLength), out var checksum) || checksum != ChecksumOf(block))
            throw new TarballRefusedException("bad-tar", "The archive has a block that is not a header of tar where one belongs.");
        var path = PathOf(block);
        if (!TryReadOctal(block.Slice(124, 12), out var size))
            throw new TarballRefusedException("bad-tar", $"The size of {Quoted.Of(path)} is not a number.");
        var type = block[156] == 0 ? '0' : (char)block[156];
        // What a client makes of a mode that is none is its own affair; it is only shown.
        var mode = TryReadOctal(block.Slice(100, 8), out var bits) ? (int)(bits & 0xFFF) : 0;
        return new TarHeader(path, size, mode, type);
    }

    public static string DecodePath(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new TarballRefusedException("path-encoding", $"The path {Quoted.Of(Encoding.Latin1.GetString(bytes))} is not UTF-8.");
        }
    }

    public static ReadOnlySpan<byte> UntilNul(ReadOnlySpan<byte> bytes)
    {
        var nul = bytes.IndexOf((byte)0);
        return nul < 0 ? bytes : bytes[..nul];
    }

    // The prefix exists only in true ustar; GNU's variant of the magic keeps other things in those bytes.
    private static string PathOf(ReadOnlySpan<byte> block)
    {
        var name = UntilNul(block[..100]);
        var prefix = block.Slice(257, 8).SequenceEqual("ustar\000"u8) ? UntilNul(block.Slice(345, 155)) : [];
        return prefix.Length == 0 ? DecodePath(name) : DecodePath([.. prefix, (byte)'/', .. name]);
    }

    private static long ChecksumOf(ReadOnlySpan<byte> block)
    {
        // The field itself counts as blanks.
        long sum = ChecksumLength * ' ';
        for (var at = 0; at < block.Length; at++)
            sum += at is >= ChecksumOffset and < ChecksumOffset + ChecksumLength ? 0 : block[at];
        return sum;
    }

    private static bool TryReadOctal(ReadOnlySpan<byte> field, out long number)
    {
        number = 0;
        var digits = UntilNul(field).Trim((byte)' ');
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
                return false;
            number = (number << 3) | (long)(digit - '0');
        }

        return digits.Length > 0;
    }
}
