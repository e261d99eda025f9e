namespace Assay.Provenance.Log;

/// <summary>That a leaf stands at an index of the tree of a size: the hashes beside its way to the root, the leaf's sibling first.</summary>
public sealed record InclusionProof(long Index, long Size, IReadOnlyList<LogHash> Hashes)
{
    /// <summary>RFC 9162, section 2.1.3.2: exactly the right number of hashes, ending in exactly this root.</summary>
    public bool Verifies(LogHash leaf, LogHash root)
    {
        if (Index < 0 || Index >= Size)
        {
            return false;
        }
        var (node, last, hash) = (Index, Size - 1, leaf);
        foreach (var sibling in Hashes)
        {
            if (last == 0)
            {
                return false;
            }
            var isRight = (node & 1) == 1 || node == last;
            hash = isRight ? LogHash.OfNode(sibling, hash) : LogHash.OfNode(hash, sibling);
            // At the right edge a node without a sibling goes up unhashed.
            while (isRight && (node & 1) == 0 && node != 0)
            {
                (node, last) = (node >> 1, last >> 1);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && hash == root;
    }

    /// <summary>What the proof computes, from the leaf up; the last node is the root that it leads to. Whether that is the log's, <see cref="Verifies"/> says.</summary>
    /// <exception cref="InvalidOperationException">It has another number of hashes than a proof of this leaf.</exception>
    public IReadOnlyList<ProofStep> Steps(LogHash leaf)
    {
        var siblings = LeafRange.OfInclusion(Index, Size);
        if (siblings.Count != Hashes.Count)
        {
            throw new InvalidOperationException($"A proof of leaf {Index} of {Size} has {siblings.Count} hashes, not {Hashes.Count}.");
        }
        var steps = new List<ProofStep>(siblings.Count);
        var (hash, within) = (leaf, new LeafRange(Index, Index + 1));
        foreach (var (range, sibling) in siblings.Zip(Hashes))
        {
            hash = range.Start < within.Start ? LogHash.OfNode(sibling, hash) : LogHash.OfNode(hash, sibling);
            within = new LeafRange(Math.Min(range.Start, within.Start), Math.Max(range.End, within.End));
            steps.Add(new ProofStep(sibling, range.Start, range.End, hash, within.Start, within.End));
        }
        return steps;
    }
}
