using System.Text.Json.Serialization;

namespace Assay.Trust.Providers;

/// <summary>One claim the registry reads; all others are ignored and counted.</summary>
public sealed record ClaimDefinition
{
    /// <summary>Member names from the payload inwards: names hold dots and slashes, so a path string cannot say it.</summary>
    public required IReadOnlyList<string> At { get; init; }

    public required ClaimType Type { get; init; }

    public required ClaimPresence Presence { get; init; }

    public required ClaimClass Class { get; init; }

    /// <summary>One of <see cref="ValueFormats"/>.</summary>
    public string? Format { get; init; }
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
