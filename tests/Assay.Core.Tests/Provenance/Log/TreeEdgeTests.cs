using Assay.Provenance.Log;
using CsCheck;

namespace Assay.Core.Tests.Provenance.Log;

public sealed class TreeEdgeTests
{
    // The eight leaves with which implementations of RFC 6962 are compared, and the roots after each.
    private static readonly (string Leaf, string Root)[] Known =
    [
        ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
        ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
        ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
        ("606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ];

    [Fact]
    public void The_known_leaves_have_the_known_roots()
    {
        var edge = TreeEdge.Empty;

        foreach (var (leaf, root) in Known)
        {
            edge = edge.Append(LogHash.OfLeaf(Convert.FromHexString(leaf)), []);

            Assert.Equal(root, Convert.ToHexStringLower(edge.Root.ToArray()));
        }
    }

    [Fact]
    public void Without_leaves_the_root_is_that_of_the_empty_tree() =>
        Assert.Equal((0, LogHash.EmptyTree), (TreeEdge.Empty.Size, TreeEdge.Empty.Root));

    [Fact]
    public void The_root_is_the_one_that_the_definition_gives()
    {
        var store = new TileStore();
        var naive = new NaiveTree(TileStore.Of(600).Leaves);

        for (var size = 0; size < 600; size++)
        {
            Assert.Equal(naive.Root(size), store.Edge.Root);
            store.Append(LogHash.OfLeaf(BitConverter.GetBytes(size)));
        }
    }

    [Fact]
    public void Appending_leaves_the_older_edge_as_it_was()
    {
        var edge = TileStore.Of(5).Edge;
        var (before, root) = (edge.ToBytes(), edge.Root);

        var one = edge.Append(LogHash.OfLeaf("one"u8), []);
        var other = edge.Append(LogHash.OfLeaf("other"u8), []);

        Assert.NotEqual(one.Root, other.Root);
        Assert.Equal(before, edge.ToBytes());
        Assert.Equal(root, edge.Root);
    }

    [Fact]
    public void A_hash_is_placed_once_and_only_when_it_is_final()
    {
        var placed = new List<PlacedHash>();

        TileStore.Of(65_535).Edge.Append(LogHash.OfLeaf("leaf"u8), placed);

        Assert.Equal([(0, 65_535L), (1, 255), (2, 0)], placed.Select(hash => (hash.Level, hash.Index)));
        Assert.Equal([(255L, 255, true), (0, 255, true), (0, 0, false)], placed.Select(hash => (hash.Tile, hash.Position, hash.FillsTile)));
    }

    [Fact]
    public void An_edge_is_read_as_it_is_written() =>
        Gen.Int[0, 2000].Sample(size =>
        {
            var edge = TileStore.Of(size).Edge;
            Assert.True(TreeEdge.TryParse(edge.ToBytes(), out var read));
            Assert.Equal((edge.Size, edge.Root), (read.Size, read.Root));
            Assert.Equal(edge.Append(LogHash.EmptyTree, []).Root, read.Append(LogHash.EmptyTree, []).Root);
        }, iter: 50);

    [Theory]
    [InlineData("")]
    [InlineData("00000000000000")]
    [InlineData("0000000000000001")]
    [InlineData("ffffffffffffffff")]
    [InlineData("8000000000000000")]
    [InlineData("7fffffffffffffff")]
    [InlineData("000000000000000000")]
    public void An_edge_with_too_few_or_too_many_bytes_is_none(string hex) => Assert.False(TreeEdge.TryParse(Convert.FromHexString(hex), out _));

    [Fact]
    public void An_edge_is_as_long_as_its_size_demands()
    {
        var bytes = TileStore.Of(7).Edge.ToBytes();

        Assert.False(TreeEdge.TryParse(bytes.AsSpan(0, bytes.Length - 1), out _));
        Assert.False(TreeEdge.TryParse([.. bytes, 0], out _));
    }

    [Fact]
    public void A_tree_cannot_outgrow_its_numbers()
    {
        byte[] bytes = [0x7f, .. Enumerable.Repeat((byte)0xff, 7), .. new byte[63 * LogHash.Size]];
        Assert.True(TreeEdge.TryParse(bytes, out var edge));

        Assert.Throws<OverflowException>(() => edge.Append(LogHash.EmptyTree, []));
    }
}
