using System.Diagnostics;
using Assay.Npm;
using CsCheck;

namespace Assay.Core.Tests.Npm;

public sealed class LineDifferenceTests
{
    private static readonly Gen<List<string>> Lines = Gen.String[Gen.Char["abc"], 0, 2].List[0, 40];

    // A text and what somebody made of it: lines taken out, put in and moved.
    private static readonly Gen<(List<string> Before, List<string> Now)> Edited =
        Gen.Select(Lines, Gen.Select(Gen.Int[0, 40], Gen.Int[0, 4], Lines).List[0, 4], (before, edits) =>
        {
            List<string> now = [.. before];
            foreach (var (at, removed, added) in edits)
            {
                var start = Math.Min(at, now.Count);
                now.RemoveRange(start, Math.Min(removed, now.Count - start));
                now.InsertRange(start, added.Take(3));
            }
            return (before, now);
        });

    [Fact]
    public void Applying_the_difference_to_the_old_gives_the_new() =>
        Gen.OneOf(Edited, Gen.Select(Lines, Lines, (before, now) => (before, now))).Sample(texts =>
            Assert.Equal(texts.Item2, LineDifference.Apply(texts.Item1, LineDifference.Of(texts.Item1, texts.Item2), texts.Item2)));

    [Fact]
    public void Applying_gives_the_new_also_when_there_is_no_time_to_look() =>
        Gen.Select(Edited, Gen.Int[0, 60]).Sample((texts, work) =>
            Assert.Equal(texts.Now, LineDifference.Apply(texts.Before, LineDifference.Of(texts.Before, texts.Now, work), texts.Now)));

    [Fact]
    public void Lines_outside_of_the_blocks_are_the_same() => Edited.Sample(texts =>
    {
        var (old, later) = (0, 0);
        foreach (var block in LineDifference.Of(texts.Before, texts.Now))
        {
            Assert.Equal(block.OldStart - old, block.NewStart - later);
            Assert.Equal(texts.Before[old..block.OldStart], texts.Now[later..block.NewStart]);
            Assert.True(block.OldCount + block.NewCount > 0);
            (old, later) = (block.OldStart + block.OldCount, block.NewStart + block.NewCount);
        }
        Assert.Equal(texts.Before[old..], texts.Now[later..]);
    });

    [Fact]
    public void Equal_texts_do_not_differ() => Lines.Sample(lines => Assert.Empty(LineDifference.Of(lines, [.. lines])));

    // Patience may take a longer way than the shortest, but where no line is there once only, it is not asked.
    [Fact]
    public void Where_no_line_is_an_anchor_the_way_is_the_shortest() =>
        Gen.Select(Gen.Char["ab"].List[0, 14], Gen.Char["ab"].List[0, 14]).Sample((before, now) =>
        {
            List<string> old = [.. before.Select(line => $"{line}"), .. "xxyy".Select(line => $"{line}")];
            List<string> later = [.. "yyxx".Select(line => $"{line}"), .. now.Select(line => $"{line}")];
            if (old.Count(line => line == "a") == 1 || old.Count(line => line == "b") == 1 || later.Count(line => line == "a") == 1 || later.Count(line => line == "b") == 1)
            {
                return;
            }

            var changed = LineDifference.Of(old, later).Sum(block => block.OldCount + block.NewCount);

            Assert.Equal(old.Count + later.Count - (2 * LongestCommon(old, later)), changed);
        });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_large_text_costs_little_whatever_is_in_it(int kinds)
    {
        var random = new Random(7);
        List<string> before = [.. Enumerable.Range(0, 200_000).Select(_ => $"{random.Next(kinds * 1000) / 500}")];
        List<string> now = [.. Enumerable.Range(0, 200_000).Select(_ => $"{random.Next(kinds * 1000) / 500}")];

        var began = Stopwatch.GetTimestamp();
        var blocks = LineDifference.Of(before, now);

        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(now, LineDifference.Apply(before, blocks, now));
    }

    [Fact]
    public void One_changed_line_in_a_large_text_is_one_block()
    {
        List<string> before = [.. Enumerable.Range(0, 100_000).Select(number => $"line {number / 3}")];
        List<string> now = [.. before];
        now[50_000] = "changed";
        now.Insert(70_000, "new");

        Assert.Equal([new LineBlock(50_000, 1, 50_000, 1), new LineBlock(70_000, 0, 70_000, 1)], LineDifference.Of(before, now));
    }

    [Fact]
    public void What_is_shown_has_the_lines_around_a_change_and_its_numbers()
    {
        string[] before = [.. Enumerable.Range(1, 20).Select(number => $"{number}")];
        string[] now = [.. before[..9], "ten", .. before[10..]];

        var (hunks, isCut) = UnifiedDifference.Of(before, now, LineDifference.Of(before, now), 100, 80);

        Assert.False(isCut);
        Assert.Equal(
            ["7/7 7", "8/8 8", "9/9 9", "10/ 10", "/10 ten", "11/11 11", "12/12 12", "13/13 13"],
            Assert.Single(hunks).Lines.Select(line => $"{line.Old}/{line.New} {line.Text.Text}"));
    }

    [Fact]
    public void No_more_lines_are_shown_than_are_asked_for() => Gen.Select(Edited, Gen.Int[0, 20]).Sample((texts, most) =>
    {
        var blocks = LineDifference.Of(texts.Before, texts.Now);

        var (hunks, isCut) = UnifiedDifference.Of(texts.Before, texts.Now, blocks, most, 80);

        var shown = hunks.Sum(hunk => hunk.Lines.Count);
        Assert.InRange(shown, 0, most);
        Assert.True(isCut || blocks.Sum(block => block.OldCount + block.NewCount) == hunks.Sum(hunk => hunk.Lines.Count(line => line.Old is null || line.New is null)));
    });

    [Theory]
    [InlineData("abc", 3, "abc", false)]
    [InlineData("abcd", 3, "abc", true)]
    [InlineData("ab\U0001F600", 3, "ab", true)]
    [InlineData("if (a\u202E) {", 80, "if (a<U+202E>) {", false)]
    [InlineData("a\tb\r", 80, "a\tb<U+000D>", false)]
    [InlineData("\u001b[2J", 80, "<U+001B>[2J", false)]
    public void A_line_is_cut_and_shows_what_would_hide(string line, int longest, string expected, bool isCut) =>
        Assert.Equal(new ShownText(expected, isCut), ShownText.Of(line, longest));

    private static int LongestCommon(List<string> one, List<string> other)
    {
        var lengths = new int[one.Count + 1, other.Count + 1];
        for (var i = 1; i <= one.Count; i++)
        {
            for (var j = 1; j <= other.Count; j++)
            {
                lengths[i, j] = one[i - 1] == other[j - 1] ? lengths[i - 1, j - 1] + 1 : Math.Max(lengths[i - 1, j], lengths[i, j - 1]);
            }
        }
        return lengths[one.Count, other.Count];
    }
}
