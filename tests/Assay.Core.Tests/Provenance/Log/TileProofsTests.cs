using Assay.Provenance.Log;

namespace Assay.Core.Tests.Provenance.Log;

public sealed class TileProofsTests
{
    private static readonly TileStore Store = TileStore.Of(70_000);

    private readonly CancellationToken cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_tiles_of_a_proof_are_read_and_each_once()
    {
        Store.Asked.Clear();

        await Store.Proofs(70_000).InclusionAsync(65_537, cancellationToken);

        Assert.Equal(
            ["tile/0/256", "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"],
            Store.Asked.Select(path => path.ToString()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(69_887)]
    [InlineData(69_888)]
    [InlineData(69_999)]
    public async Task Proofs_reach_over_three_levels_of_tiles(int index)
    {
        var root = Store.Edge.Root;

        var inclusion = await Store.Proofs(70_000).InclusionAsync(index, cancellationToken);
        var consistency = await Store.Proofs(70_000).ConsistencyAsync(index, cancellationToken);

        Assert.True(inclusion.Verifies(Store.Leaves[index], root));
        Assert.True(consistency.Verifies((await Store.Proofs(index).EdgeAsync(cancellationToken)).Root, root));
    }

    [Fact]
    public async Task The_edge_is_found_again_in_the_tiles() =>
        Assert.Equal(Store.Edge.ToBytes(), (await Store.Proofs(70_000).EdgeAsync(cancellationToken)).ToBytes());

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_tile_of_another_width_is_not_used(int more)
    {
        var proofs = new TileProofs(300, (path, _) => ValueTask.FromResult((ReadOnlyMemory<byte>)new byte[(path.Width + more) * LogHash.Size]));

        await Assert.ThrowsAsync<InvalidDataException>(() => proofs.InclusionAsync(0, cancellationToken));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(70_000)]
    public async Task A_leaf_outside_the_tree_has_no_proof(long index) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.Proofs(70_000).InclusionAsync(index, cancellationToken));

    [Theory]
    [InlineData(-1)]
    [InlineData(70_001)]
    public async Task A_larger_tree_is_no_older_one(long oldSize) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.Proofs(70_000).ConsistencyAsync(oldSize, cancellationToken));
}
