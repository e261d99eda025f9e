namespace Assay.Trust.Tokens;

/// <summary>A claim's value, never empty, in the one spelling its type allows. Only arrays hold more than one item.</summary>
public sealed class ClaimValue
{
    internal ClaimValue(params IReadOnlyList<string> items) => Items = items;

    public IReadOnlyList<string> Items { get; }

    public string Text => Items is [var only] ? only : string.Join(", ", Items);

    public override string ToString() => Text;
}
