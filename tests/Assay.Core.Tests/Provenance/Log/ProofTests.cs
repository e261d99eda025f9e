using Assay.Provenance.Log;
using CsCheck;

namespace Assay.Core.Tests.Provenance.Log;

public sealed class ProofTests
{
    private const int Largest = 600;

    private static readonly TileStore Store = TileStore.Of(Largest + 1);
    private static readonly NaiveTree Naive = new(Store.Leaves);

    private static readonly Gen<(int Index, int Size)> Leaves =
        Gen.Int[1, Largest].SelectMany(size => Gen.Int[0, size - 1].Select(index => (index, size)));

    private static readonly Gen<(int OldSize, int NewSize)> Growths =
        Gen.Int[2, Largest].SelectMany(size => Gen.Int[1, size - 1].Select(oldSize => (oldSize, size)));

    [Fact]
    public async Task Proofs_made_from_tiles_are_those_of_the_definition_and_verify()
    {
        var cancellationToken = TestContext.Current.CancellationToken;

        foreach (var size in Enumerable.Range(0, 33).Concat([63, 64, 65, 127, 128, 129, 254, 255, 256, 257, 258, 383, 511, 512, 513, 599, 600]))
        {
            var proofs = Store.Proofs(size);
            Assert.Equal(Naive.Root(size), (await proofs.EdgeAsync(cancellationToken)).Root);
            for (var index = 0; index < size; index++)
            {
                var proof = await proofs.InclusionAsync(index, cancellationToken);
                Assert.Equal(Naive.Path(index, size), proof.Hashes);
                Assert.True(proof.Verifies(Store.Leaves[index], Naive.Root(size)));
            }
            for (var oldSize = 0; oldSize <= size; oldSize++)
            {
                var proof = await proofs.ConsistencyAsync(oldSize, cancellationToken);
                Assert.Equal(Naive.Proof(oldSize, size), proof.Hashes);
                Assert.True(proof.Verifies(Naive.Root(oldSize), Naive.Root(size)));
            }
        }
    }

    [Fact]
    public void Every_proof_of_every_tree_verifies() =>
        Gen.Int[1, Largest].Sample(size =>
            Enumerable.Range(0, size).All(index => Inclusion(index, size).Verifies(Store.Leaves[index], Naive.Root(size)))
            && Enumerable.Range(0, size + 1).All(oldSize => Consistency(oldSize, size).Verifies(Naive.Root(oldSize), Naive.Root(size))), iter: 60);

    [Fact]
    public void A_flipped_bit_is_refused_in_a_leaf_a_root_and_every_hash() =>
        Gen.Select(Leaves, Gen.Int[0, 255]).Sample((at, bit) =>
        {
            var (proof, leaf, root) = (Inclusion(at.Index, at.Size), Store.Leaves[at.Index], Naive.Root(at.Size));
            return !proof.Verifies(Flipped(leaf, bit), root) && !proof.Verifies(leaf, Flipped(root, bit))
                && Tampered(proof.Hashes, bit).All(hashes => !(proof with { Hashes = hashes }).Verifies(leaf, root));
        }, iter: 500);

    [Fact]
    public void A_flipped_bit_is_refused_in_both_roots_and_every_hash_between() =>
        Gen.Select(Growths, Gen.Int[0, 255]).Sample((at, bit) =>
        {
            var (proof, old, @new) = (Consistency(at.OldSize, at.NewSize), Naive.Root(at.OldSize), Naive.Root(at.NewSize));
            return !proof.Verifies(Flipped(old, bit), @new) && !proof.Verifies(old, Flipped(@new, bit))
                && Tampered(proof.Hashes, bit).All(hashes => !(proof with { Hashes = hashes }).Verifies(old, @new));
        }, iter: 500);

    [Fact]
    public void Another_index_is_refused() =>
        Gen.Select(Leaves, Gen.Int[0, Largest - 1]).Where((at, other) => at.Index != other).Sample((at, other) =>
            !(Inclusion(at.Index, at.Size) with { Index = other }).Verifies(Store.Leaves[at.Index], Naive.Root(at.Size)), iter: 2000);

    [Fact]
    public void Another_size_is_refused_with_its_own_root() =>
        Gen.Select(Leaves, Gen.Int[0, Largest]).Where((at, other) => at.Size != other).Sample((at, other) =>
            !(Inclusion(at.Index, at.Size) with { Size = other }).Verifies(Store.Leaves[at.Index], Naive.Root(other)), iter: 2000);

    [Fact]
    public void Other_sizes_are_refused_with_their_own_roots() =>
        Gen.Select(Growths, Gen.Int[0, Largest]).Sample((at, other) =>
        {
            var proof = Consistency(at.OldSize, at.NewSize);
            var (older, newer) = (proof with { OldSize = other }, proof with { NewSize = other });
            return (other == at.OldSize || !older.Verifies(Naive.Root(other), Naive.Root(at.NewSize)))
                && (other == at.NewSize || !newer.Verifies(Naive.Root(at.OldSize), Naive.Root(other)));
        }, iter: 2000);

    [Fact]
    public void A_hash_more_or_less_is_refused() =>
        Gen.Select(Leaves, Growths).Sample((leaf, growth) =>
        {
            var (inclusion, consistency) = (Inclusion(leaf.Index, leaf.Size), Consistency(growth.OldSize, growth.NewSize));
            return Lengthened(inclusion.Hashes).All(hashes =>
                    !(inclusion with { Hashes = hashes }).Verifies(Store.Leaves[leaf.Index], Naive.Root(leaf.Size)))
                && Lengthened(consistency.Hashes).All(hashes =>
                    !(consistency with { Hashes = hashes }).Verifies(Naive.Root(growth.OldSize), Naive.Root(growth.NewSize)));
        }, iter: 500);

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(1, 1)]
    [InlineData(0, 0)]
    [InlineData(0, -1)]
    [InlineData(long.MinValue, long.MaxValue)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void An_index_outside_the_tree_is_refused(long index, long size) =>
        Assert.False(new InclusionProof(index, size, []).Verifies(Store.Leaves[0], Store.Leaves[0]));

    [Theory]
    [InlineData(-1, -1)]
    [InlineData(-1, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 5)]
    public void Sizes_that_do_not_grow_or_lack_their_hashes_are_refused(long oldSize, long newSize) =>
        Assert.False(new ConsistencyProof(oldSize, newSize, []).Verifies(Store.Leaves[0], Store.Leaves[0]));

    [Fact]
    public void A_tree_of_no_leaves_agrees_with_every_other_and_needs_no_hashes()
    {
        var root = Naive.Root(5);

        Assert.True(new ConsistencyProof(0, 5, []).Verifies(LogHash.EmptyTree, root));
        Assert.True(new ConsistencyProof(0, 0, []).Verifies(LogHash.EmptyTree, LogHash.EmptyTree));
        Assert.False(new ConsistencyProof(0, 5, [root]).Verifies(LogHash.EmptyTree, root));
        Assert.False(new ConsistencyProof(0, 5, []).Verifies(root, root));
        Assert.False(new ConsistencyProof(0, 0, []).Verifies(LogHash.EmptyTree, root));
    }

    [Fact]
    public void A_tree_agrees_with_itself_alone_at_one_size()
    {
        Assert.True(new ConsistencyProof(5, 5, []).Verifies(Naive.Root(5), Naive.Root(5)));
        Assert.False(new ConsistencyProof(5, 5, []).Verifies(Naive.Root(5), Naive.Root(6)));
        Assert.False(new ConsistencyProof(5, 5, [Naive.Root(5)]).Verifies(Naive.Root(5), Naive.Root(5)));
    }

    [Fact]
    public void Proofs_for_the_largest_tree_are_read_to_their_end()
    {
        var hashes = Enumerable.Repeat(LogHash.EmptyTree, 63).ToList();
        var root = hashes.Aggregate(LogHash.EmptyTree, LogHash.OfNode);

        Assert.True(new InclusionProof(0, long.MaxValue, hashes).Verifies(LogHash.EmptyTree, root));
        Assert.False(new InclusionProof(0, long.MaxValue, [.. hashes, LogHash.EmptyTree]).Verifies(
            LogHash.EmptyTree, LogHash.OfNode(LogHash.EmptyTree, root)));
    }

    [Fact]
    public void A_smaller_tree_does_not_lead_to_the_root_of_a_larger_one()
    {
        var (leaf, sibling) = (Store.Leaves[1], Store.Leaves[0]);

        Assert.True(new InclusionProof(1, 2, [sibling]).Verifies(leaf, Naive.Root(2)));
        Assert.False(new InclusionProof(0, 1, [sibling]).Verifies(leaf, Naive.Root(2)));
    }

    [Fact]
    public void A_root_is_no_leaf_of_its_own_tree() => Assert.False(new InclusionProof(0, 2, []).Verifies(Naive.Root(2), Naive.Root(2)));

    [Fact]
    public void Smaller_trees_do_not_lead_to_the_roots_of_larger_ones()
    {
        var (proof, above) = (Consistency(3, 4), Store.Leaves[9]);

        Assert.False((proof with { Hashes = [.. proof.Hashes, above] }).Verifies(
            LogHash.OfNode(above, Naive.Root(3)), LogHash.OfNode(above, Naive.Root(4))));
    }

    private static InclusionProof Inclusion(int index, int size) => new(index, size, Naive.Path(index, size));

    private static ConsistencyProof Consistency(int oldSize, int newSize) => new(oldSize, newSize, Naive.Proof(oldSize, newSize));

    private static IEnumerable<IReadOnlyList<LogHash>> Tampered(IReadOnlyList<LogHash> hashes, int bit) =>
        hashes.Select((_, at) => (LogHash[])[.. hashes.Select((hash, index) => index == at ? Flipped(hash, bit) : hash)]);

    private static IEnumerable<IReadOnlyList<LogHash>> Lengthened(IReadOnlyList<LogHash> hashes)
    {
        yield return [.. hashes, LogHash.EmptyTree];
        yield return [LogHash.EmptyTree, .. hashes];
        if (hashes.Count > 0)
        {
            yield return [.. hashes.Skip(1)];
            yield return [.. hashes.SkipLast(1)];
            yield return [.. hashes, hashes[^1]];
        }
    }

    private static LogHash Flipped(LogHash hash, int bit)
    {
        var bytes = hash.ToArray();
        bytes[bit / 8] ^= (byte)(1 << bit % 8);
        return new LogHash(bytes);
    }
}
