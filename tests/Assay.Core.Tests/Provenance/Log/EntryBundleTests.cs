using Assay.Provenance.Log;
using CsCheck;

namespace Assay.Core.Tests.Provenance.Log;

public sealed class EntryBundleTests
{
    [Fact]
    public void Leaves_stand_after_their_lengths() =>
        Assert.Equal(
            "00026162" + "0000" + "000163",
            Convert.ToHexStringLower(EntryBundle.Write(["ab"u8.ToArray(), Array.Empty<byte>(), "c"u8.ToArray()])));

    [Fact]
    public void A_bundle_is_read_as_it_is_written() =>
        Gen.Byte.Array[0, 300].Array[1, 256].Sample(leaves =>
        {
            var bytes = EntryBundle.Write([.. leaves.Select(leaf => (ReadOnlyMemory<byte>)leaf)]);
            Assert.True(EntryBundle.TryRead(bytes, leaves.Length, out var read));
            Assert.Equal(leaves, read.Select(leaf => leaf.ToArray()));
        }, iter: 50);

    [Fact]
    public void A_bundle_has_exactly_the_leaves_of_its_path()
    {
        var bytes = EntryBundle.Write(["ab"u8.ToArray(), "c"u8.ToArray()]);

        Assert.True(EntryBundle.TryRead(bytes, 2, out _));
        Assert.False(EntryBundle.TryRead(bytes, 1, out _));
        Assert.False(EntryBundle.TryRead(bytes, 3, out _));
        Assert.False(EntryBundle.TryRead(bytes.AsMemory(0, bytes.Length - 1), 2, out _));
        Assert.False(EntryBundle.TryRead(bytes.AsMemory(0, 5), 2, out _));
        Assert.False(EntryBundle.TryRead((byte[])[.. bytes, 0], 2, out _));
        Assert.False(EntryBundle.TryRead(ReadOnlyMemory<byte>.Empty, 1, out _));
    }

    [Fact]
    public void The_longest_leaf_has_65_535_bytes()
    {
        var bytes = EntryBundle.Write([new byte[65_535]]);

        Assert.True(EntryBundle.TryRead(bytes, 1, out var read));
        Assert.Equal(65_535, read[0].Length);
        Assert.Throws<ArgumentException>(() => EntryBundle.Write([new byte[65_536]]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    public void A_bundle_has_1_to_256_leaves(int count) =>
        Assert.Throws<ArgumentException>(() => EntryBundle.Write([.. Enumerable.Repeat(ReadOnlyMemory<byte>.Empty, count)]));
}
