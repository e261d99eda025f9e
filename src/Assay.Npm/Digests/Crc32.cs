using System.Buffers.Binary;

namespace Assay.Npm;

/// <summary>CRC-32 as in gzip (RFC 1952, section 8), eight bytes at a step.</summary>
internal struct Crc32
{
    private static readonly uint[][] Tables = MakeTables();

    private uint value;

    public readonly uint Value => value;

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = new Crc32();
        crc.Append(bytes);
        return crc.Value;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var crc = ~value;
        var (t0, t1, t2, t3) = (Tables[0], Tables[1], Tables[2], Tables[3]);
        var (t4, t5, t6, t7) = (Tables[4], Tables[5], Tables[6], Tables[7]);
        while (bytes.Length >= 8)
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            crc = t7[low & 0xFF] ^ t6[(low >> 8) & 0xFF] ^ t5[(low >> 16) & 0xFF] ^ t4[low >> 24]
                ^ t3[bytes[4]] ^ t2[bytes[5]] ^ t1[bytes[6]] ^ t0[bytes[7]];
            bytes = bytes[8..];
        }

        foreach (var next in bytes)
            crc = (crc >> 8) ^ t0[(crc ^ next) & 0xFF];
        value = ~crc;
    }

    private static uint[][] MakeTables()
    {
        var tables = new uint[8][];
        for (var table = 0; table < 8; table++)
        {
            tables[table] = new uint[256];
            for (var index = 0u; index < 256; index++)
                tables[table][index] = table == 0 ? OneByte(index) : Shift(tables[table - 1][index], tables[0]);
        }

        return tables;
    }

    private static uint Shift(uint crc, uint[] table) => (crc >> 8) ^ table[crc & 0xFF];

    private static uint OneByte(uint crc)
    {
        for (var bit = 0; bit < 8; bit++)
            crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        return crc;
    }
}
