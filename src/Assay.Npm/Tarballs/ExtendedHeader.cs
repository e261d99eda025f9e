using System.Buffers.Text;

namespace Assay.Npm;

/// <summary>
/// The records of a pax header (POSIX.1-2001). Only the path is used; a record that another reader might obey and this one would not
/// is refused, because the registry must see what an install will see.
/// </summary>
internal static class ExtendedHeader
{
    private static readonly string[] Harmless =
    [
        "atime", "charset", "comment", "ctime", "dev", "gid", "gname", "hdrcharset", "ino", "mtime", "nlink", "uid", "uname",
    ];

    /// <summary>The path and the size that the records give to the next entry; null where they give none.</summary>
    public static (string? Path, long? Size) Read(ReadOnlySpan<byte> records)
    {
        (string? Path, long? Size) found = default;
        while (records.Length > 0)
        {
            var record = TakeRecord(ref records);
            var equals = record.IndexOf((byte)'=');
            if (equals <= 0)
                throw Malformed();
            var value = record[(equals + 1)..];
            switch (TarHeader.DecodePath(record[..equals]))
            {
                case "path" when found.Path is null:
                    found.Path = TarHeader.DecodePath(value);
                    break;
                case "size" when found.Size is null:
                    found.Size = Utf8Parser.TryParse(value, out long size, out var used) && used == value.Length ? size : throw Malformed();
                    break;
                case var key when IsHarmless(key):
                    break;
                case var key:
                    throw new TarballRefusedException("extended-header", $"The archive has an extended header with {Quoted.Of(key)}.");
            }
        }

        return found;
    }

    // "<length> <key>=<value>\n", where the length counts itself.
    private static ReadOnlySpan<byte> TakeRecord(ref ReadOnlySpan<byte> records)
    {
        if (!Utf8Parser.TryParse(records, out int length, out var digits) || length <= digits + 1 || length > records.Length
            || records[digits] != ' ' || records[length - 1] != '\n')
            throw Malformed();
        var record = records[(digits + 1)..(length - 1)];
        records = records[length..];
        return record;
    }

    private static bool IsHarmless(string key) =>
        Harmless.Contains(key)
        || key.StartsWith("SCHILY.", StringComparison.Ordinal)
        || key.StartsWith("LIBARCHIVE.", StringComparison.Ordinal);

    private static TarballRefusedException Malformed() =>
        new("bad-tar", "The archive has an extended header that is malformed.");
}
