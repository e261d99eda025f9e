using System.Text.Json.Serialization;

namespace Assay.Trust.Providers;

/// <summary>An issuer with typed placeholders, matched from end to end and by characters, never as a URL.</summary>
public sealed record IssuerTemplate
{
    public required string Pattern { get; init; }

    public required IReadOnlyDictionary<string, IssuerSegment> Segments { get; init; }

    public IReadOnlyDictionary<string, string>? Match(string issuer)
    {
        var segments = new Dictionary<string, string>();
        var pattern = Pattern.AsSpan();
        var rest = issuer.AsSpan();
        for (var open = pattern.IndexOf('{'); open >= 0; open = pattern.IndexOf('{'))
        {
            var close = pattern.IndexOf('}');
            var name = pattern[(open + 1)..close].ToString();
            if (!rest.StartsWith(pattern[..open], StringComparison.Ordinal))
            {
                return null;
            }
            rest = rest[open..];
            pattern = pattern[(close + 1)..];
            // No kind of segment holds '.' or '/', and one of them or the end follows, so taking the longest run is exact.
            var end = rest.IndexOfAny('.', '/');
            var segment = end < 0 ? rest : rest[..end];
            if (!IsValid(segment, Segments[name]))
            {
                return null;
            }
            segments[name] = segment.ToString();
            rest = rest[segment.Length..];
        }
        return rest.SequenceEqual(pattern) ? segments : null;
    }

    private static bool IsValid(ReadOnlySpan<char> segment, IssuerSegment kind) => kind switch
    {
        IssuerSegment.Uuid => Guid.TryParseExact(segment, "D", out _) && !segment.ContainsAnyInRange('A', 'F'),
        IssuerSegment.HostLabel => IsLabel(segment) && !segment.ContainsAnyInRange('A', 'Z'),
        _ => IsLabel(segment),
    };

    private static bool IsLabel(ReadOnlySpan<char> segment)
    {
        foreach (var character in segment)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character != '-')
            {
                return false;
            }
        }
        return segment.Length is > 0 and <= 63 && segment[0] != '-' && segment[^1] != '-';
    }
}

[JsonConverter(typeof(JsonStringEnumConverter<IssuerSegment>))]
public enum IssuerSegment
{
    [JsonStringEnumMemberName("slug")]
    Slug,

    [JsonStringEnumMemberName("uuid")]
    Uuid,

    [JsonStringEnumMemberName("host-label")]
    HostLabel,
}
