namespace Assay.Server.Pages;

/// <summary>Where a version came from, in a word that is the same on every page.</summary>
/// <param name="HasProvenance">There is provenance that the visitor may see.</param>
/// <param name="IsFromCi">A run published it.</param>
internal sealed record OriginMark(bool HasProvenance, bool IsFromCi)
{
    public string Text => HasProvenance ? "provenance" : IsFromCi ? "from CI" : "by hand";

    public string? Tone => HasProvenance ? "good" : null;
}
