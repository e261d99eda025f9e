using System.Text.Json.Serialization;

namespace Assay.Trust.Providers;

/// <summary>For whom this provider's tokens are, how long they live and how a repeat is recognised.</summary>
public sealed record TokenRules
{
    public required AudienceRules Audience { get; init; }

    public required IReadOnlyList<string> RequireTimes { get; init; }

    public required int MaxLifetimeSeconds { get; init; }

    public required int MaxAgeSeconds { get; init; }

    public required ReplayIdentity Replay { get; init; }

    public required TokenMinting Minted { get; init; }
}

/// <summary>What identifies one token among its issuer's tokens.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReplayIdentity>))]
public enum ReplayIdentity
{
    /// <summary>The <c>jti</c> claim, or the hash when a token comes without one.</summary>
    [JsonStringEnumMemberName("jti")]
    Jti,

    /// <summary>A hash over the signed segments: the provider documents no <c>jti</c>.</summary>
    [JsonStringEnumMemberName("hash")]
    Hash,
}

/// <summary>Whether the same token is presented for several packages and commands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TokenMinting>))]
public enum TokenMinting
{
    [JsonStringEnumMemberName("request")]
    PerRequest,

    [JsonStringEnumMemberName("job")]
    PerJob,
}
