using System.Collections.Immutable;

namespace Assay.Trust.Providers;

/// <summary>Which claims name the project, its owner and the run, and how to link to them.</summary>
public sealed record RunShape
{
    public required string Project { get; init; }

    public required string Owner { get; init; }

    public required string Run { get; init; }

    /// <summary>Named link templates; see <see cref="LinkTemplate"/>.</summary>
    public IReadOnlyDictionary<string, string> Links { get => field ?? ImmutableDictionary<string, string>.Empty; init; }
}

/// <summary>One item a refusal may recite: what the caller itself presented, under a word people know.</summary>
public sealed record RecitalPart
{
    public required string Label { get; init; }

    public required ValueReference Value { get; init; }
}
