using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Assay.Server.Operations;

/// <summary>
/// The header of an entry, as any tar reads it (POSIX.1-2001): ustar, and before it a pax header where the name or the size has no room there. There is one
/// spelling for each name and size, so that a reader can tell a changed header by writing it again.
/// </summary>
internal static class ArchiveHeader
{
    public const int Block = 512;

    private const int NameField = 100;
    private const int SizeField = 124;
    private const int TypeField = 156;
    private const long LargestPlainSize = (1L << 33) - 1;
    private const char Regular = '0';
    private const char Extended = 'x';

    public static byte[] Of(string name, long size)
    {
        var records = Records(name, size);
        var plain = Ustar(name.Length > NameField ? name[..NameField] : name, size > LargestPlainSize ? 0 : size, Regular);
        return records.Length == 0 ? plain : [.. Ustar("pax", records.Length, Extended), .. Padded(Encoding.ASCII.GetBytes(records)), .. plain];
    }

    /// <summary>Whether more blocks belong to the header that begins with this one.</summary>
    public static bool IsExtended(ReadOnlySpan<byte> first) => first[TypeField] == Extended;

    public static bool TryRead(ReadOnlySpan<byte> header, [NotNullWhen(true)] out string? name, out long size)
    {
        var last = header[^Block..];
        name = Text(last[..NameField]);
        var isReadable = TrySize(last, out size);
        if (header.Length > Block)
        {
            var records = Text(header[Block..^Block]).Split('\n');
            name = Value(records, "path") ?? name;
            size = long.TryParse(Value(records, "size"), NumberStyles.None, CultureInfo.InvariantCulture, out var large) ? large : size;
        }
        return isReadable && header.SequenceEqual(Of(name, size));
    }

    public static int PaddingAfter(long size) => (int)((Block - (size % Block)) % Block);

    private static byte[] Padded(byte[] bytes) => [.. bytes, .. new byte[PaddingAfter(bytes.Length)]];

    private static string Text(ReadOnlySpan<byte> field) => Encoding.Latin1.GetString(field).TrimEnd('\0');

    private static bool TrySize(ReadOnlySpan<byte> header, out long size)
    {
        size = 0;
        foreach (var digit in header.Slice(SizeField, 11))
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                return false;
            }
            size = (size * 8) + (digit - '0');
        }
        return true;
    }

    private static string? Value(IEnumerable<string> records, string key)
    {
        var mark = $" {key}=";
        var record = records.FirstOrDefault(record => record.Contains(mark, StringComparison.Ordinal));
        return record?[(record.IndexOf(mark, StringComparison.Ordinal) + mark.Length)..];
    }

    private static string Records(string name, long size) =>
        (name.Length > NameField ? Record("path", name) : "") + (size > LargestPlainSize ? Record("size", size.ToString(CultureInfo.InvariantCulture)) : "");

    // A record begins with its own length, which counts itself.
    private static string Record(string key, string value)
    {
        var rest = $" {key}={value}\n".Length;
        var length = rest + 1;
        while (length != rest + length.ToString(CultureInfo.InvariantCulture).Length)
        {
            length = rest + length.ToString(CultureInfo.InvariantCulture).Length;
        }
        return $"{length} {key}={value}\n";
    }

    private static byte[] Ustar(string name, long size, char type)
    {
        var header = new byte[Block];
        Put(header, 0, name);
        Put(header, 100, "0000600\0" + "0000000\0" + "0000000\0" + Octal(size, 11) + "\0" + Octal(0, 11) + "\0" + "        ");
        header[TypeField] = (byte)type;
        Put(header, 257, "ustar\0" + "00");
        Put(header, 148, Octal(header.Sum(value => (long)value), 6) + "\0 ");
        return header;
    }

    private static void Put(byte[] header, int at, string text) => Encoding.Latin1.GetBytes(text, header.AsSpan(at));

    private static string Octal(long value, int digits) => Convert.ToString(value, 8).PadLeft(digits, '0');
}
