using System.Text;
using Microsoft.AspNetCore.Html;

namespace Assay.Server.Pages;

/// <summary>
/// Draws a text as a QR code (ISO/IEC 18004): bytes, error correction level M, versions 1 to 10. The mask is always the first: the standard's choice among eight is for scanners of its
/// time, and every reader takes each.
/// </summary>
internal static class QrCode
{
    private const int Quiet = 4;

    // Level M, by version.
    private static readonly int[] CorrectionOfABlock = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26];
    private static readonly int[] Blocks = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5];
    private static readonly int[][] Alignment = [[], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50]];

    /// <summary>Nothing when the text is too long.</summary>
    public static IHtmlContent Draw(string text, string label)
    {
        if (Modules(text) is not { } dark)
        {
            return HtmlString.Empty;
        }
        var size = dark.GetLength(0);
        var path = new StringBuilder();
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                if (dark[y, x])
                {
                    path.Append(System.Globalization.CultureInfo.InvariantCulture, $"M{x + Quiet} {y + Quiet}h1v1h-1z");
                }
            }
        }
        var side = $"{size + (2 * Quiet)}";
        var picture = HtmlTags.With("svg", "", ("viewBox", $"0 0 {side} {side}"), ("width", "240"), ("height", "240"), ("role", "img"), ("aria-label", label), ("shape-rendering", "crispEdges"));
        picture.InnerHtml.AppendHtml(HtmlTags.Single("rect", ("width", side), ("height", side), ("fill", "#fff")));
        picture.InnerHtml.AppendHtml(HtmlTags.Single("path", ("d", path.ToString()), ("fill", "#000")));
        return picture;
    }

    /// <summary>Which are dark, by row and column; null when the text is too long.</summary>
    internal static bool[,]? Modules(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var version = Enumerable.Range(1, Blocks.Length).FirstOrDefault(candidate => bytes.Length <= Room(candidate) - (candidate < 10 ? 2 : 3));
        if (version == 0)
        {
            return null;
        }
        var size = (4 * version) + 17;
        var (dark, isFixed) = (new bool[size, size], new bool[size, size]);
        DrawPatterns(version, (x, y, isDark) => (dark[y, x], isFixed[y, x]) = (isDark, true));
        Fill(dark, isFixed, Interleave(version, Data(version, bytes)));
        return dark;
    }

    private static int Codewords(int version)
    {
        var modules = (((16 * version) + 128) * version) + 64;
        if (version >= 2)
        {
            var across = (version / 7) + 2;
            modules -= (((25 * across) - 10) * across) - 55;
        }
        return (version >= 7 ? modules - 36 : modules) / 8;
    }

    private static int Room(int version) => Codewords(version) - (CorrectionOfABlock[version - 1] * Blocks[version - 1]);

    /// <summary>Mode, length and bytes, filled up.</summary>
    private static byte[] Data(int version, byte[] bytes)
    {
        var bits = new List<bool>();
        void Add(int value, int count) => bits.AddRange(Enumerable.Range(0, count).Select(at => ((value >> (count - 1 - at)) & 1) == 1));
        Add(0b0100, 4);
        Add(bytes.Length, version < 10 ? 8 : 16);
        foreach (var each in bytes)
        {
            Add(each, 8);
        }
        var room = Room(version);
        Add(0, Math.Min(4, (room * 8) - bits.Count));
        Add(0, (8 - (bits.Count % 8)) % 8);
        for (var pad = 0xEC; bits.Count < room * 8; pad ^= 0xEC ^ 0x11)
        {
            Add(pad, 8);
        }
        return [.. bits.Chunk(8).Select(chunk => (byte)chunk.Aggregate(0, (value, bit) => (value << 1) | (bit ? 1 : 0)))];
    }

    /// <summary>In blocks with their error correction, the bytes of all blocks in turn.</summary>
    private static byte[] Interleave(int version, byte[] data)
    {
        var (count, correction) = (Blocks[version - 1], CorrectionOfABlock[version - 1]);
        var longer = data.Length % count;
        var divisor = Divisor(correction);
        List<byte[]> parts = [], checks = [];
        for (int block = 0, at = 0; block < count; block++)
        {
            var length = (data.Length / count) + (block >= count - longer ? 1 : 0);
            parts.Add(data[at..(at += length)]);
            checks.Add(Remainder(parts[^1], divisor));
        }
        return [.. InTurn(parts), .. InTurn(checks)];
    }

    private static IEnumerable<byte> InTurn(List<byte[]> blocks) =>
        Enumerable.Range(0, blocks.Max(block => block.Length)).SelectMany(at => blocks.Where(block => at < block.Length).Select(block => block[at]));

    private static byte[] Divisor(int degree)
    {
        var result = new byte[degree];
        result[^1] = 1;
        byte root = 1;
        for (var round = 0; round < degree; round++)
        {
            for (var at = 0; at < degree; at++)
            {
                result[at] = (byte)(Multiply(result[at], root) ^ (at + 1 < degree ? result[at + 1] : 0));
            }
            root = Multiply(root, 2);
        }
        return result;
    }

    private static byte[] Remainder(byte[] data, byte[] divisor)
    {
        var result = new byte[divisor.Length];
        foreach (var each in data)
        {
            var factor = (byte)(each ^ result[0]);
            Array.Copy(result, 1, result, 0, result.Length - 1);
            result[^1] = 0;
            for (var at = 0; at < result.Length; at++)
            {
                result[at] ^= Multiply(divisor[at], factor);
            }
        }
        return result;
    }

    // In the field of 256 elements, modulo x^8 + x^4 + x^3 + x^2 + 1.
    private static byte Multiply(byte left, byte right)
    {
        var product = 0;
        for (var bit = 7; bit >= 0; bit--)
        {
            product = (product << 1) ^ ((product >> 7) * 0x11D);
            product ^= ((right >> bit) & 1) * left;
        }
        return (byte)product;
    }

    private static void DrawPatterns(int version, Action<int, int, bool> set)
    {
        var size = (4 * version) + 17;
        for (var at = 0; at < size; at++)
        {
            set(6, at, at % 2 == 0);
            set(at, 6, at % 2 == 0);
        }
        foreach (var (centreX, centreY) in new[] { (3, 3), (size - 4, 3), (3, size - 4) })
        {
            Square(centreX, centreY, 4, distance => distance is not (2 or 4), size, set);
        }
        var places = Alignment[version - 1];
        foreach (var (x, y) in places.SelectMany(x => places.Select(y => (x, y))).Where(place => !IsCorner(place.x, place.y, size)))
        {
            Square(x, y, 2, distance => distance != 1, size, set);
        }
        DrawFormat(size, set);
        if (version >= 7)
        {
            DrawVersion(version, size, set);
        }
    }

    private static bool IsCorner(int x, int y, int size) => (x == 6 && (y == 6 || y == size - 7)) || (x == size - 7 && y == 6);

    private static void Square(int centreX, int centreY, int reach, Func<int, bool> isDark, int size, Action<int, int, bool> set)
    {
        for (var y = centreY - reach; y <= centreY + reach; y++)
        {
            for (var x = centreX - reach; x <= centreX + reach; x++)
            {
                if (x >= 0 && x < size && y >= 0 && y < size)
                {
                    set(x, y, isDark(Math.Max(Math.Abs(x - centreX), Math.Abs(y - centreY))));
                }
            }
        }
    }

    // Level M (00) and mask 0 (000), with their error correction and the standard's own mask: always the same.
    private static void DrawFormat(int size, Action<int, int, bool> set)
    {
        const int Bits = 0x5412;
        bool At(int bit) => ((Bits >> bit) & 1) == 1;
        for (var bit = 0; bit < 15; bit++)
        {
            set(8, bit < 6 ? bit : bit < 8 ? bit + 1 : size - 15 + bit, At(bit));
            set(bit < 8 ? size - 1 - bit : bit == 8 ? 7 : 14 - bit, 8, At(bit));
        }
        set(8, size - 8, true);
    }

    private static void DrawVersion(int version, int size, Action<int, int, bool> set)
    {
        var remainder = version;
        for (var round = 0; round < 12; round++)
        {
            remainder = (remainder << 1) ^ ((remainder >> 11) * 0x1F25);
        }
        var bits = (version << 12) | remainder;
        for (var bit = 0; bit < 18; bit++)
        {
            var (along, across, isDark) = (size - 11 + (bit % 3), bit / 3, ((bits >> bit) & 1) == 1);
            set(along, across, isDark);
            set(across, along, isDark);
        }
    }

    /// <summary>From the lower right in double columns, up and down, past what is drawn already.</summary>
    private static void Fill(bool[,] dark, bool[,] isFixed, byte[] codewords)
    {
        var size = dark.GetLength(0);
        var at = 0;
        for (var right = size - 1; right >= 1; right -= 2)
        {
            // The column of the timing pattern is none.
            right = right == 6 ? 5 : right;
            for (var step = 0; step < size; step++)
            {
                var y = ((right + 1) & 2) == 0 ? size - 1 - step : step;
                foreach (var x in new[] { right, right - 1 })
                {
                    if (!isFixed[y, x])
                    {
                        var bit = at < codewords.Length * 8 && ((codewords[at >> 3] >> (7 - (at & 7))) & 1) == 1;
                        dark[y, x] = bit ^ ((x + y) % 2 == 0);
                        at++;
                    }
                }
            }
        }
    }
}
