namespace Assay.Server.Operations;

/// <summary>A number for each day of a span.</summary>
internal sealed record Trend(string Name, string Unit, IReadOnlyList<long> Values)
{
    public long Total => Values.Sum();
}

/// <summary>What happened on each day, the oldest first.</summary>
/// <param name="First">The first day of the span, in UTC.</param>
/// <param name="Grants">Exchanges that were granted.</param>
/// <param name="Refusals">Exchanges that were refused.</param>
/// <param name="RefusalCodes">Why, over the whole span, the most frequent first.</param>
/// <param name="Publishes">Versions that were published here.</param>
/// <param name="StoredHere">Bytes of versions that came by publishes and imports.</param>
/// <param name="StoredOfOthers">Bytes of tarballs that were fetched from other registries.</param>
/// <param name="Counters">What is counted while it is served: downloads, hits of the cache. Empty while nothing counts them.</param>
internal sealed record Trends(
    DateOnly First, Trend Grants, Trend Refusals, IReadOnlyList<(string Code, long Count)> RefusalCodes, Trend Publishes, Trend StoredHere, Trend StoredOfOthers,
    IReadOnlyList<Trend> Counters)
{
    public int Days => Grants.Values.Count;

    public IReadOnlyList<Trend> All => [Grants, Refusals, Publishes, StoredHere, StoredOfOthers, .. Counters];
}
