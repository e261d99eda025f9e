using System.Text.Json.Serialization;

namespace Assay.Trust.Providers;

/// <summary>One claim the registry reads; all others are ignored and counted.</summary>
public sealed record ClaimDefinition
{
    /// <summary>
    /// Member names from the payload inwards: names hold dots and slashes, so a path string cannot say it. Empty when <see cref="Bound"/>.
    /// </summary>
    public IReadOnlyList<string> At { get => field ?? []; init; }

    public required ClaimType Type { get; init; }

    public required ClaimPresence Presence { get; init; }

    public required ClaimClass Class { get; init; }

    /// <summary>One of <see cref="ValueFormats"/>.</summary>
    public string? Format { get; init; }

    /// <summary>The administrator of the issuer shapes its tokens, so the operator says at the binding where this claim is found.</summary>
    public bool Bound { get; init; }

    /// <summary>Personal data: compared where a policy asks for it, never recited, recorded or linked.</summary>
    public bool Personal { get; init; }

    /// <summary>A sentence: what to do so that the claim is sent.</summary>
    public string? Hint { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<ClaimType>))]
public enum ClaimType
{
    [JsonStringEnumMemberName("string")]
    Text,

    [JsonStringEnumMemberName("decimal-string")]
    DecimalText,

    [JsonStringEnumMemberName("boolean-string")]
    BooleanText,

    [JsonStringEnumMemberName("boolean")]
    TrueOrFalse,

    [JsonStringEnumMemberName("uuid")]
    Uuid,

    [JsonStringEnumMemberName("uuid-array")]
    UuidArray,

    /// <summary>A UUID in one pair of braces, which is not part of the value.</summary>
    [JsonStringEnumMemberName("braced-uuid")]
    BracedUuid,

    /// <summary>A JSON integer, kept as its digits: through floating point, large ids would be equal.</summary>
    [JsonStringEnumMemberName("integer")]
    WholeNumber,

    [JsonStringEnumMemberName("string-array")]
    TextArray,

    /// <summary>Text, a whole number, or true or false: for bound claims, whose issuer the definition cannot know.</summary>
    [JsonStringEnumMemberName("scalar")]
    Scalar,

    /// <summary>Only whether it is there counts; what is inside has no type.</summary>
    [JsonStringEnumMemberName("object")]
    Composite,
}

[JsonConverter(typeof(JsonStringEnumConverter<ClaimPresence>))]
public enum ClaimPresence
{
    [JsonStringEnumMemberName("required")]
    Required,

    [JsonStringEnumMemberName("optional")]
    Optional,
}

/// <summary>How much identity a claim carries.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ClaimClass>))]
public enum ClaimClass
{
    /// <summary>An id the issuer never reuses: may be pinned.</summary>
    [JsonStringEnumMemberName("S")]
    Stable,

    /// <summary>A name that can be renamed, freed and taken by somebody else.</summary>
    [JsonStringEnumMemberName("M")]
    Mutable,

    /// <summary>Something about this run.</summary>
    [JsonStringEnumMemberName("C")]
    Context,

    /// <summary>Looks like identity and is chosen by callers or outsiders: no policy field may rest on it.</summary>
    [JsonStringEnumMemberName("T")]
    Trap,
}
