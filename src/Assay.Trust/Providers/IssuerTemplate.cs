using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Assay.Trust.Providers;

/// <summary>An issuer with typed placeholders, matched from end to end and by characters, never as a URL.</summary>
public sealed record IssuerTemplate
{
    public required string Pattern { get; init; }

    public required IReadOnlyDictionary<string, IssuerSegment> Segments { get; init; }

    /// <summary>What constants are by default for these issuers, as <see cref="BindingText"/>.</summary>
    public IReadOnlyDictionary<string, string> Const { get => field ?? ImmutableDictionary<string, string>.Empty; init; }

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
            // No kind of segment holds '/', and only the one that ends at a '/' holds '.': taking the longest run is exact.
            var end = Segments[name] is IssuerSegment.PathPart ? rest.IndexOf('/') : rest.IndexOfAny('.', '/');
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
        IssuerSegment.Word => IsMadeOf(segment, "-_"),
        IssuerSegment.PathPart => IsMadeOf(segment, "-_.:") && segment is not ("." or ".."),
        _ => IsLabel(segment),
    };

    private static bool IsMadeOf(ReadOnlySpan<char> segment, string others)
    {
        foreach (var character in segment)
        {
            if (!char.IsAsciiLetterOrDigit(character) && !others.Contains(character, StringComparison.Ordinal))
            {
                return false;
            }
        }
        return segment.Length is > 0 and <= 128;
    }

    private static bool IsLabel(ReadOnlySpan<char> segment) =>
        IsMadeOf(segment, "-") && segment.Length <= 63 && segment[0] != '-' && segment[^1] != '-';
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

    /// <summary>A slug that may hold underscores, and dashes anywhere.</summary>
    [JsonStringEnumMemberName("word")]
    Word,

    /// <summary>A whole part of the path, which may hold dots and colons.</summary>
    [JsonStringEnumMemberName("path-part")]
    PathPart,
}
