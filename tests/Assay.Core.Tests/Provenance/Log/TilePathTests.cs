using Assay.Provenance.Log;
using CsCheck;

namespace Assay.Core.Tests.Provenance.Log;

public sealed class TilePathTests
{
    [Theory]
    [InlineData("tile/0/000", 0, 0, 256)]
    [InlineData("tile/0/x001/x234/067", 0, 1_234_067, 256)]
    [InlineData("tile/1/255.p/255", 1, 255, 255)]
    [InlineData("tile/63/x001/000.p/1", 63, 1000, 1)]
    [InlineData("tile/entries/x001/x234/067.p/17", null, 1_234_067, 17)]
    [InlineData("tile/entries/999", null, 999, 256)]
    [InlineData("tile/0/x036/x028/x797/x018/x963/967", 0, 36_028_797_018_963_967, 256)]
    public void A_path_is_read_and_written(string text, int? level, long index, int width)
    {
        Assert.True(TilePath.TryParse(text, out var path));

        Assert.Equal((level, index, width), (path.Level, path.Index, path.Width));
        Assert.Equal(text, path.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("tile")]
    [InlineData("tile/0")]
    [InlineData("tile/0/")]
    [InlineData("/tile/0/000")]
    [InlineData("tile/0/000/")]
    [InlineData("tile//000")]
    [InlineData("tiles/0/000")]
    [InlineData("tile/8/0/000")]
    [InlineData("tile/00/000")]
    [InlineData("tile/+1/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/64/000")]
    [InlineData("tile/4294967296/000")]
    [InlineData("tile/Entries/000")]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/0000")]
    [InlineData("tile/0/x000")]
    [InlineData("tile/0/x000/001")]
    [InlineData("tile/0/xx01/001")]
    [InlineData("tile/0/001/001")]
    [InlineData("tile/0/X001/001")]
    [InlineData("tile/0/x001/1")]
    [InlineData("tile/0/x001/-01")]
    [InlineData("tile/0/x001/..")]
    [InlineData("tile/0/٠٠١")]
    [InlineData("tile/0/00\0")]
    [InlineData("tile/0/000.p")]
    [InlineData("tile/0/000.p/")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/01")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/1/1")]
    [InlineData("tile/0/.p/1")]
    [InlineData("tile/0/x001.p/1")]
    [InlineData("tile/0/x036/x028/x797/x018/x963/968")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/999")]
    [InlineData("tile/0/x001/x000/x000/x000/x000/x000/000")]
    public void Another_spelling_is_no_path(string text) => Assert.False(TilePath.TryParse(text, out _));

    [Fact]
    public void Every_path_is_read_as_it_is_written() =>
        Gen.Select(Gen.Int[-1, 63], Gen.Long[0, long.MaxValue >> 8], Gen.Int[1, 256]).Sample((level, index, width) =>
        {
            var path = level < 0 ? TilePath.Entries(index, width) : TilePath.Hashes(level, index, width);
            Assert.True(TilePath.TryParse(path.ToString(), out var read));
            Assert.Equal(path, read);
        });

    [Theory]
    [InlineData(-1, 0, 256)]
    [InlineData(64, 0, 256)]
    [InlineData(0, -1, 256)]
    [InlineData(0, 1L << 55, 256)]
    [InlineData(0, 0, 0)]
    [InlineData(0, 0, 257)]
    public void A_tile_that_no_tree_can_have_cannot_be_named(int level, long index, int width) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TilePath.Hashes(level, index, width));

    [Fact]
    public void A_tree_of_70_000_leaves_has_the_tiles_that_the_specification_says()
    {
        var paths = TilePath.AllOf(70_000).ToList();

        Assert.Equal(Enumerable.Range(0, 273).Select(index => TilePath.Hashes(0, index)), paths.Take(273));
        Assert.Equal(
            ["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"], paths.Skip(273).Select(path => path.ToString()));
    }

    [Fact]
    public void The_edge_places_exactly_the_hashes_of_those_tiles()
    {
        var levels = TileStore.Of(70_000).HashesAtLevels;

        Assert.Equal([70_000, 273, 1], levels);
        Assert.Equal(levels.Sum(), TilePath.AllOf(70_000).Sum(path => path.Width));
    }

    [Fact]
    public void A_tree_of_256_leaves_has_a_full_tile_and_one_hash_above() =>
        Assert.Equal(["tile/0/000", "tile/1/000.p/1"], TilePath.AllOf(256).Select(path => path.ToString()));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(long.MaxValue, 8)]
    public void The_largest_tree_has_eight_levels(long size, int levels) =>
        Assert.Equal(levels, Enumerable.Range(0, 64).Count(level => TilePath.Hashes(level, 0, 1).IsWithin(size)));

    [Theory]
    [InlineData("tile/0/273.p/112", true)]
    [InlineData("tile/0/273.p/111", true)]
    [InlineData("tile/0/273.p/113", false)]
    [InlineData("tile/0/273", false)]
    [InlineData("tile/0/272", true)]
    [InlineData("tile/entries/273.p/112", true)]
    [InlineData("tile/entries/273.p/113", false)]
    [InlineData("tile/1/001.p/17", true)]
    [InlineData("tile/1/001.p/18", false)]
    [InlineData("tile/8/000.p/1", false)]
    [InlineData("tile/63/000.p/1", false)]
    [InlineData("tile/0/x036/x028/x797/x018/x963/967", false)]
    public void A_tree_has_tiles_up_to_its_edge(string text, bool isWithin)
    {
        Assert.True(TilePath.TryParse(text, out var path));

        Assert.Equal(isWithin, path.IsWithin(70_000));
    }
}
