namespace Assay.Provenance.Log;

/// <summary>
/// One step of a leaf's way to the root: the hash beside it, which leaves that stands for, and what the two make. Ranges are of leaves, from the first to before the end.
/// </summary>
public sealed record ProofStep(LogHash Sibling, long SiblingFirst, long SiblingEnd, LogHash Node, long NodeFirst, long NodeEnd)
{
    /// <summary>Whether the sibling is hashed first.</summary>
    public bool IsSiblingLeft => SiblingFirst == NodeFirst;
}
