using System.Text;
using Assay.Server.Pages;

namespace Assay.Server.Tests.Pages;

/// <summary>Read back by a reader of its own, which corrects nothing and checks everything.</summary>
public sealed class QrCodeTests
{
    // ISO/IEC 18004 table 9, level M: blocks of each of two lengths, and the codewords of a whole block and of its data.
    private static readonly (int Count, int Total, int Data)[][] Blocks =
    [
        [(1, 26, 16)], [(1, 44, 28)], [(1, 70, 44)], [(2, 50, 32)], [(2, 67, 43)], [(4, 43, 27)], [(4, 49, 31)],
        [(2, 60, 38), (2, 61, 39)], [(3, 58, 36), (2, 59, 37)], [(4, 69, 43), (1, 70, 44)],
    ];

    private static readonly int[][] Alignment = [[], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50]];

    [Fact]
    public void What_is_drawn_reads_as_it_was_for_every_length_that_fits()
    {
        for (var length = 0; length <= 213; length++)
        {
            var text = string.Concat(Enumerable.Range(0, length).Select(at => (char)('!' + (at * 7 % 90))));

            Assert.Equal(text, Read(QrCode.Modules(text)!));
        }
    }

    [Fact]
    public void What_is_too_long_is_not_drawn() => Assert.Null(QrCode.Modules(new string('x', 214)));

    private static string Read(bool[,] dark)
    {
        var size = dark.GetLength(0);
        var version = (size - 17) / 4;
        Assert.Equal(0x5412, Format(dark));
        var bits = Places(version, size).Select(place => dark[place.Y, place.X] ^ ((place.X + place.Y) % 2 == 0));
        var codewords = bits.Chunk(8).Where(chunk => chunk.Length == 8).Select(chunk => chunk.Aggregate(0, (value, bit) => (value << 1) | (bit ? 1 : 0))).ToArray();
        var data = Data(version, codewords);
        var stream = string.Concat(data.Select(word => Convert.ToString(word, 2).PadLeft(8, '0')));
        Assert.StartsWith("0100", stream, StringComparison.Ordinal);
        var counted = version < 10 ? 8 : 16;
        var length = Convert.ToInt32(stream.Substring(4, counted), 2);
        return Encoding.UTF8.GetString([.. Enumerable.Range(0, length).Select(at => Convert.ToByte(stream.Substring(4 + counted + (8 * at), 8), 2))]);
    }

    private static int Format(bool[,] dark)
    {
        (int X, int Y)[] places = [(8, 0), (8, 1), (8, 2), (8, 3), (8, 4), (8, 5), (8, 7), (8, 8), (7, 8), (5, 8), (4, 8), (3, 8), (2, 8), (1, 8), (0, 8)];
        return places.Select((place, bit) => dark[place.Y, place.X] ? 1 << bit : 0).Sum();
    }

    private static IEnumerable<(int X, int Y)> Places(int version, int size)
    {
        var isUp = true;
        for (var column = size - 1; column > 0; column -= 2)
        {
            column = column == 6 ? 5 : column;
            for (var step = 0; step < size; step++)
            {
                var y = isUp ? size - 1 - step : step;
                foreach (var x in new[] { column, column - 1 })
                {
                    if (!IsFixed(version, size, x, y))
                    {
                        yield return (x, y);
                    }
                }
            }
            isUp = !isUp;
        }
    }

    private static bool IsFixed(int version, int size, int x, int y)
    {
        var finders = (x < 9 && (y < 9 || y >= size - 8)) || (x >= size - 8 && y < 9);
        var versions = version >= 7 && ((x < 6 && y >= size - 11) || (y < 6 && x >= size - 11));
        var alignment = Alignment[version - 1].Any(centreX => Alignment[version - 1].Any(centreY =>
            !(centreX == 6 && (centreY == 6 || centreY == size - 7)) && !(centreX == size - 7 && centreY == 6) && Math.Abs(centreX - x) <= 2 && Math.Abs(centreY - y) <= 2));
        return finders || versions || alignment || x == 6 || y == 6;
    }

    private static List<int> Data(int version, int[] codewords)
    {
        var blocks = Blocks[version - 1].SelectMany(group => Enumerable.Range(0, group.Count).Select(_ => (group.Total, group.Data, Words: new List<int>()))).ToList();
        var at = 0;
        for (var round = 0; round < blocks.Max(block => block.Data); round++)
        {
            foreach (var block in blocks.Where(block => round < block.Data))
            {
                block.Words.Add(codewords[at++]);
            }
        }
        while (blocks.Any(block => block.Words.Count < block.Total))
        {
            foreach (var block in blocks)
            {
                block.Words.Add(codewords[at++]);
            }
        }
        Assert.All(blocks, block => Assert.True(HasNoErrors(block.Words, block.Total - block.Data)));
        return [.. blocks.SelectMany(block => block.Words.Take(block.Data))];
    }

    /// <summary>The whole block, as a polynomial, is zero at each power of two.</summary>
    private static bool HasNoErrors(List<int> words, int correction)
    {
        var power = 1;
        for (var root = 0; root < correction; root++)
        {
            if (words.Aggregate(0, (value, word) => Times(value, power) ^ word) != 0)
            {
                return false;
            }
            power = Times(power, 2);
        }
        return true;
    }

    private static int Times(int left, int right)
    {
        var product = 0;
        for (; right > 0; right >>= 1)
        {
            product ^= (right & 1) * left;
            left = (left << 1) ^ (left >= 128 ? 0x11D : 0);
        }
        return product;
    }
}
