namespace Assay.Server.Packages;

/// <summary>What is counted of an upstream registry.</summary>
internal readonly record struct CountedUpstream(string Registry, string Kind);

/// <summary>What upstream registries were asked for and not yet stored: tarballs that were here already, that had to be fetched, and bytes that came.</summary>
internal sealed class UpstreamCounts(TimeProvider time)
{
    public const string Hits = "hits";
    public const string Misses = "misses";
    public const string Bytes = "bytes";

    public DayCounts<CountedUpstream> Counts { get; } = new(time);

    public void Hit(string registry) => Counts.Add(new CountedUpstream(registry, Hits));

    public void Missed(string registry) => Counts.Add(new CountedUpstream(registry, Misses));

    public void Fetched(string registry, long bytes) => Counts.Add(new CountedUpstream(registry, Bytes), bytes);
}
