using System.Diagnostics.CodeAnalysis;
using Assay.Npm;

namespace Assay.Trust.Policies;

/// <summary>What a policy says about the version itself; judged when it is published, with what is really in the tarball.</summary>
public sealed record PublishLimits
{
    private const int MostTags = 32;

    public static PublishLimits None { get; } = new();

    /// <summary>The range in npm's notation that versions must lie in, or null.</summary>
    public string? Versions { get; private init; }

    /// <summary>The dist-tags, exact or with <c>*</c>, that may be set; empty for any.</summary>
    public IReadOnlyList<string> DistTags { get; private init; } = [];

    /// <summary>How many versions of one package a run may publish; null for the registry's setting.</summary>
    public int? VersionsPerRun { get; private init; }

    /// <summary>How many packages a run may publish; null for the registry's setting.</summary>
    public int? PackagesPerRun { get; private init; }

    private VersionRange? Range { get; init; }

    private List<RefPattern> TagPatterns { get; init; } = [];

    public static bool TryCreate(
        string? versions, IReadOnlyList<string> distTags, int? versionsPerRun, int? packagesPerRun,
        [NotNullWhen(true)] out PublishLimits? limits, out IReadOnlyList<string> problems)
    {
        List<string> found = [];
        VersionRange? range = null;
        if (versions is not null && !VersionRange.TryParse(versions, out range))
        {
            found.Add("'versions' must be a version range, such as '>=1.0.0 <2.0.0'.");
        }
        var patterns = Patterns(distTags, found);
        if (versionsPerRun is < 1 or > 1000 || packagesPerRun is < 1 or > 10_000)
        {
            found.Add("'versionsPerRun' is 1 to 1000 and 'packagesPerRun' 1 to 10000.");
        }
        problems = found;
        limits = found.Count > 0 ? null : new PublishLimits
        {
            Versions = versions,
            DistTags = [.. distTags],
            VersionsPerRun = versionsPerRun,
            PackagesPerRun = packagesPerRun,
            Range = range,
            TagPatterns = patterns,
        };
        return limits is not null;
    }

    /// <summary>A text that is no version lies in no range.</summary>
    public bool AllowsVersion(string version) =>
        Range is null || SemanticVersion.TryParse(version, out var parsed) && Range.Contains(parsed);

    public bool AllowsTag(string tag) => TagPatterns.Count == 0 || TagPatterns.Exists(pattern => pattern.Matches(tag));

    public bool Equals(PublishLimits? other) =>
        other is not null && Versions == other.Versions && DistTags.SequenceEqual(other.DistTags)
        && VersionsPerRun == other.VersionsPerRun && PackagesPerRun == other.PackagesPerRun;

    public override int GetHashCode() => HashCode.Combine(Versions, DistTags.Count, VersionsPerRun, PackagesPerRun);

    private static List<RefPattern> Patterns(IReadOnlyList<string> distTags, List<string> problems)
    {
        List<RefPattern> patterns = [];
        foreach (var tag in distTags)
        {
            if (RefPattern.TryParse(tag, out var pattern, out _) && !pattern.HasPlaceholders && !tag.Contains('/', StringComparison.Ordinal))
            {
                patterns.Add(pattern);
            }
            else
            {
                problems.Add("'distTags' are tag names, or patterns such as 'beta-*'.");
            }
        }
        if (distTags.Count > MostTags)
        {
            problems.Add($"'distTags' has at most {MostTags} entries.");
        }
        return patterns;
    }
}
