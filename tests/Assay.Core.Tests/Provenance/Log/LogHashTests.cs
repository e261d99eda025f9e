using System.Text;
using Assay.Provenance.Log;

namespace Assay.Core.Tests.Provenance.Log;

public sealed class LogHashTests
{
    private const string Empty = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    [Fact]
    public void The_empty_tree_is_the_hash_of_nothing() => Assert.Equal(Empty, LogHash.EmptyTree.ToString());

    [Fact]
    public void Leaves_and_nodes_are_hashed_apart()
    {
        var (left, right) = (LogHash.OfLeaf("left"u8), LogHash.OfLeaf("right"u8));

        Assert.NotEqual(LogHash.OfNode(left, right), LogHash.OfLeaf([1, .. left.ToArray(), .. right.ToArray()]));
        Assert.NotEqual(LogHash.OfNode(left, right), LogHash.OfNode(right, left));
    }

    [Fact]
    public void A_hash_is_read_as_it_is_written()
    {
        var hash = LogHash.OfLeaf("leaf"u8);

        Assert.True(LogHash.TryParse(Encoding.ASCII.GetBytes(hash.ToString()), out var read));
        Assert.Equal(hash, read);
        Assert.Equal(hash, new LogHash(hash.ToArray()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=")]
    [InlineData("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= ")]
    [InlineData(" 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuA==")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFUA")]
    public void Another_spelling_is_no_hash(string text) => Assert.False(LogHash.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Theory]
    [InlineData(31)]
    [InlineData(33)]
    public void A_hash_has_32_bytes(int length) => Assert.Throws<ArgumentOutOfRangeException>(() => new LogHash(new byte[length]));
}
