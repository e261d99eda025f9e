using Assay.Npm;
using Assay.Trust.Guards;

namespace Assay.Server.Upstream;

/// <summary>Which versions of a document are shown, and why the others are not.</summary>
internal sealed class JudgedVersions
{
    private const int Told = 3;

    public JudgedVersions(
        ForeignPackument packument, GuardRules rules, IReadOnlyCollection<Ruling> rulings, IReadOnlyList<MaliciousVersions> malicious, DateTimeOffset now)
    {
        var shown = new List<ForeignVersion>(packument.Versions.Count);
        var keptBack = new Dictionary<string, KeptBack>(StringComparer.Ordinal);
        foreach (var version in packument.Versions)
        {
            var guarded = GuardedVersion.Of(packument.Name, version) with { MaliciousBy = malicious.FirstOrDefault(found => found.Hold(version.Version))?.Advisory };
            if (rules.Judge(guarded, rulings, now) is { } reason)
            {
                keptBack[version.Version] = reason;
            }
            else
            {
                shown.Add(version);
            }
        }
        (Shown, KeptBack, Rulings) = (shown, keptBack, rulings);
        AgainAt = keptBack.Values.Min(reason => reason.Until);
        Message = keptBack.Count == 0 ? "" : Tell(packument.Name, keptBack);
    }

    public IReadOnlyList<ForeignVersion> Shown { get; }

    public IReadOnlyDictionary<string, KeptBack> KeptBack { get; }

    /// <summary>By which they were judged, besides the rules.</summary>
    public IReadOnlyCollection<Ruling> Rulings { get; }

    /// <summary>When the first of those kept back will be shown by itself; null when none will.</summary>
    public DateTimeOffset? AgainAt { get; }

    /// <summary>What whoever wants one of those is told.</summary>
    public string Message { get; }

    // The newest are what people ask for.
    private static string Tell(PackageName name, Dictionary<string, KeptBack> keptBack)
    {
        var newest = keptBack.Reverse().Take(Told).Select(version => $"{name}@{version.Key}: {version.Value.Reason}");
        var more = keptBack.Count > Told ? $"; and {keptBack.Count - Told} more" : "";
        return $"This registry keeps back {string.Join("; ", newest)}{more}.";
    }
}
