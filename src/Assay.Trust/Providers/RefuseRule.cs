using System.Text.Json.Serialization;

namespace Assay.Trust.Providers;

/// <summary>Runs that never get anything, or never write, whatever a policy says.</summary>
public sealed record RefuseRule : ClaimCondition
{
    /// <summary>The rule does not count for runs of which this holds. Where the claim is absent, the rule counts.</summary>
    public ClaimCondition? Unless { get; init; }

    public RefuseOn On { get; init; }

    public required string Code { get; init; }

    /// <summary>A sentence for the person whose run was refused.</summary>
    public required string Because { get; init; }
}

/// <summary>What a rule forbids.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RefuseOn>))]
public enum RefuseOn
{
    [JsonStringEnumMemberName("always")]
    Always,

    /// <summary>Policies that grant reading alone may still accept the run.</summary>
    [JsonStringEnumMemberName("write")]
    Write,
}
