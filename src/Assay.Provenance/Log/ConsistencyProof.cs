using System.Numerics;

namespace Assay.Provenance.Log;

/// <summary>That the tree of a newer size begins with everything that the older one had.</summary>
public sealed record ConsistencyProof(long OldSize, long NewSize, IReadOnlyList<LogHash> Hashes)
{
    public bool Verifies(LogHash oldRoot, LogHash newRoot)
    {
        if (OldSize < 0 || OldSize > NewSize)
        {
            return false;
        }
        if (OldSize == 0 || OldSize == NewSize)
        {
            return Hashes.Count == 0
                && (OldSize > 0 || oldRoot == LogHash.EmptyTree)
                && (OldSize < NewSize || oldRoot == newRoot);
        }
        return LeadsFrom(oldRoot, newRoot);
    }

    // RFC 9162, section 2.1.4.2: both roots are computed from the same hashes.
    private bool LeadsFrom(LogHash oldRoot, LogHash newRoot)
    {
        IReadOnlyList<LogHash> hashes = BitOperations.IsPow2(OldSize) ? [oldRoot, .. Hashes] : Hashes;
        if (hashes.Count == 0)
        {
            return false;
        }
        var shift = BitOperations.TrailingZeroCount(OldSize);
        var (node, last) = (OldSize - 1 >> shift, NewSize - 1 >> shift);
        var (old, @new) = (hashes[0], hashes[0]);
        foreach (var sibling in hashes.Skip(1))
        {
            if (last == 0)
            {
                return false;
            }
            var isRight = (node & 1) == 1 || node == last;
            old = isRight ? LogHash.OfNode(sibling, old) : old;
            @new = isRight ? LogHash.OfNode(sibling, @new) : LogHash.OfNode(@new, sibling);
            while (isRight && (node & 1) == 0 && node != 0)
            {
                (node, last) = (node >> 1, last >> 1);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && old == oldRoot && @new == newRoot;
    }
}
