namespace Assay.Provenance.Sigstore.Roots;

/// <summary>When a key or an authority may be believed. Both bounds belong to it; without a start it never matches.</summary>
public readonly record struct ValidityWindow(DateTimeOffset? Start, DateTimeOffset? End)
{
    public bool Contains(DateTimeOffset time) => Start is { } start && start <= time && (End is not { } end || time <= end);
}
