using System.Text.Json.Serialization;

namespace Assay.Trust.Providers;

/// <summary>Who decides for whom a token is meant.</summary>
public sealed record AudienceRules
{
    public required AudienceMode Mode { get; init; }

    /// <summary>For <see cref="AudienceMode.Fixed"/>: the audience, a <see cref="BindingText"/>.</summary>
    public string? Value { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<AudienceMode>))]
public enum AudienceMode
{
    /// <summary>The job asks for the registry's own audience.</summary>
    [JsonStringEnumMemberName("requested")]
    Requested,

    /// <summary>An administrator of the CI system sets it: to the registry's own, or to one that the binding names.</summary>
    [JsonStringEnumMemberName("configured")]
    Configured,

    /// <summary>The same for every relying party: whoever is handed such a token can hand it on, so an operator must accept that.</summary>
    [JsonStringEnumMemberName("fixed")]
    Fixed,
}
