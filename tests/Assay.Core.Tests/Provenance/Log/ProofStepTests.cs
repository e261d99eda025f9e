using Assay.Provenance.Log;

namespace Assay.Core.Tests.Provenance.Log;

public sealed class ProofStepTests
{
    private static readonly TileStore Store = TileStore.Of(300);

    private readonly CancellationToken cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Steps_lead_from_any_leaf_to_the_root_of_any_size()
    {
        foreach (var size in new[] { 1, 2, 3, 7, 8, 9, 64, 100, 255, 256, 257, 300 })
        {
            var root = (await Store.Proofs(size).EdgeAsync(cancellationToken)).Root;
            for (var index = 0; index < size; index += 1 + size / 17)
            {
                var proof = await Store.Proofs(size).InclusionAsync(index, cancellationToken);

                var steps = proof.Steps(Store.Leaves[index]);

                Assert.Equal(root, steps.Count == 0 ? Store.Leaves[index] : steps[^1].Node);
                Assert.All(steps, step => Assert.True(step.NodeFirst <= index && index < step.NodeEnd && (step.SiblingEnd <= index || index < step.SiblingFirst)));
                Assert.Equal(size, steps.Count == 0 ? 1 : steps[^1].NodeEnd);
            }
        }
    }

    [Fact]
    public async Task Each_step_says_on_which_side_the_sibling_stands()
    {
        var proof = await Store.Proofs(3).InclusionAsync(1, cancellationToken);

        var steps = proof.Steps(Store.Leaves[1]);

        Assert.Equal(["0-1 left, makes 0-2", "2-3 right, makes 0-3"], steps.Select(step =>
            $"{step.SiblingFirst}-{step.SiblingEnd} {(step.IsSiblingLeft ? "left" : "right")}, makes {step.NodeFirst}-{step.NodeEnd}"));
    }

    [Fact]
    public async Task A_proof_of_another_length_has_no_steps()
    {
        var proof = await Store.Proofs(8).InclusionAsync(3, cancellationToken);

        Assert.Throws<InvalidOperationException>(() => (proof with { Size = 300 }).Steps(Store.Leaves[3]));
    }
}
