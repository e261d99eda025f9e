using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Assay.Npm;

namespace Assay.Server.Upstream.Advisories.Osv;

/// <summary>
/// Events become intervals: vulnerable from where it was introduced until it was fixed, or up to the last that is affected. Where neither is named all
/// later versions are: that nobody knows of a fix is no fix.
/// </summary>
internal static class OsvRange
{
    private const string Introduced = "introduced";
    private const string Fixed = "fixed";
    private const string LastAffected = "last_affected";

    // How OSV writes "before all versions".
    private const string Beginning = "0";

    public static bool TryRead(JsonElement range, [NotNullWhen(true)] out IReadOnlyList<string>? intervals)
    {
        intervals = null;
        List<Event> events = [];
        foreach (var (kind, text) in range.Items("events").SelectMany(Pairs))
        {
            if (text == Beginning)
            {
                events.Add(new Event(kind, null));
            }
            else if (SemanticVersion.TryParse(text, out var version))
            {
                events.Add(new Event(kind, version));
            }
            else
            {
                return false;
            }
        }
        if (!events.Exists(one => one.Kind == Introduced))
        {
            return false;
        }
        intervals = [.. Intervals(events.OrderBy(one => one.Version, Comparer<SemanticVersion?>.Create(Compare)))];
        return true;
    }

    private static IEnumerable<(string Kind, string? Text)> Pairs(JsonElement one) =>
        new[] { Introduced, Fixed, LastAffected }.Where(kind => one.Member(kind) is not null).Select(kind => (kind, one.Text(kind)));

    private static IEnumerable<string> Intervals(IEnumerable<Event> events)
    {
        Event? from = null;
        foreach (var one in events)
        {
            if (one.Kind == Introduced)
            {
                from ??= one;
            }
            else if (from is not null)
            {
                if (one.Kind == LastAffected || Compare(from.Version, one.Version) < 0)
                {
                    yield return Interval(from.Version, one);
                }
                from = null;
            }
        }
        if (from is not null)
        {
            yield return from.Version is null ? VulnerableRange.Everything : $">={from.Version}";
        }
    }

    private static string Interval(SemanticVersion? from, Event end)
    {
        var bound = $"{(end.Kind == Fixed ? "<" : "<=")}{end.Version}";
        return from is null ? bound : from == end.Version ? $"{from}" : $">={from} {bound}";
    }

    private static int Compare(SemanticVersion? left, SemanticVersion? right) =>
        (left, right) switch { (null, null) => 0, (null, _) => -1, _ => left.CompareTo(right) };

    private sealed record Event(string Kind, SemanticVersion? Version);
}
