using System.Text.Json.Serialization;
using Assay.Trust.Policies;

namespace Assay.Trust.Providers;

/// <summary>What an owner may say about this provider's runs.</summary>
public sealed record PolicyShape
{
    public required IReadOnlyList<PolicyField> Fields { get; init; }

    /// <summary>The ids that are the identity: stable ones, or exact names where the provider has none.</summary>
    public required IReadOnlyList<PinnedClaim> Pin { get; init; }

    public required GateShape Gate { get; init; }
}

/// <summary>One thing an owner fills in, tied to a value of the token and a matcher.</summary>
public sealed record PolicyField
{
    public required string Name { get; init; }

    /// <summary>The command-line option an owner would use, for advice.</summary>
    public required string Option { get; init; }

    public bool Required { get; init; }

    public required ValueReference Matches { get; init; }

    /// <summary>One of <see cref="Policies.Matcher"/>'s names.</summary>
    public required string With { get; init; }

    /// <summary>Written into every new policy that does not say otherwise, so that a later default changes no policy.</summary>
    public IReadOnlyList<string> Default { get => field ?? []; init; }

    /// <summary>The only values there are; empty when the set is open.</summary>
    public IReadOnlyList<string> Allowed { get => field ?? []; init; }

    /// <summary>Values beside <see cref="Allowed"/> that a policy may list when it grants nothing but reading.</summary>
    public IReadOnlyList<string> AllowedForRead { get => field ?? []; init; }

    public string? Format { get; init; }

    /// <summary>A name that the pinned ids outrank: once pinned, a difference is a rename, not a refusal.</summary>
    public bool Label { get; init; }

    public required string Refusal { get; init; }

    public NpmSpelling? Npm { get; init; }

    /// <summary>Whether a policy may want several values.</summary>
    [JsonIgnore]
    public bool TakesMany => Matcher.Find(With)?.Many ?? false;

    /// <summary>What a value must be, in words.</summary>
    [JsonIgnore]
    public string Expectation => Format is not null ? ValueFormats.Expectation(Format) : Matcher.Find(With)?.Expectation ?? "";
}

/// <summary>An id that identifies the project; a policy is given it or learns it at its first success.</summary>
public sealed record PinnedClaim
{
    public required string Claim { get; init; }

    /// <summary>True where people write policies by id, so that there is nothing to learn.</summary>
    public bool AtCreation { get; init; }

    /// <summary>
    /// The provider gives its projects no stable id, so the exact name is the identity: whoever may take the name over is this project.
    /// </summary>
    public bool ByName { get; init; }

    /// <summary>The policy field that says the same, so that nobody has to say it twice.</summary>
    public string? Field { get; init; }

    /// <summary>A sentence: where a person finds the value at the provider.</summary>
    public string? Find { get; init; }

    /// <summary>The claim key under which <c>npm trust</c> configurations carry the id, where npm knows the provider.</summary>
    public string? Npm { get; init; }
}

/// <summary>How <c>npm trust</c> spells a field.</summary>
public sealed record NpmSpelling
{
    public required string Claim { get; init; }

    public required NpmForm Form { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<NpmForm>))]
public enum NpmForm
{
    [JsonStringEnumMemberName("string")]
    Text,

    /// <summary><c>{ "file": "…" }</c>: the file part of a reference claim.</summary>
    [JsonStringEnumMemberName("file")]
    File,

    [JsonStringEnumMemberName("array")]
    Array,
}
