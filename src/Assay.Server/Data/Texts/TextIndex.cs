namespace Assay.Server.Data;

/// <summary>The words of a text, in its order: letters and digits in lower case, nothing else. Whoever makes them promises that.</summary>
internal sealed record IndexedText
{
    public required IReadOnlyList<string> Name { get; init; }
    public required IReadOnlyList<string> Keywords { get; init; }
    public required IReadOnlyList<string> Description { get; init; }
    public required IReadOnlyList<string> Maintainers { get; init; }
    public required IReadOnlyList<string> Readme { get; init; }
}

/// <summary>What has all the words that were looked for; the higher, the better it fits.</summary>
internal sealed record TextHit(long PackageId, double Fit);

/// <summary>The full text search that each database brings. It is asked for beginnings of words, and for all of them.</summary>
internal abstract class TextIndex
{
    /// <summary>Composes with other queries, so that what a reader may not know is taken out before anything is counted.</summary>
    public abstract IQueryable<TextHit> Find(RegistryDb db, IReadOnlyList<string> words);

    /// <summary>Those whose names have all the words.</summary>
    public abstract IQueryable<TextHit> FindNames(RegistryDb db, IReadOnlyList<string> words);

    public abstract Task PutAsync(RegistryDb db, long packageId, IndexedText text, CancellationToken cancellationToken);

    public abstract Task RemoveAsync(RegistryDb db, long packageId, CancellationToken cancellationToken);
}
