using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Assay.Trust.Fixtures;

/// <summary>Payloads of one provider, each with what must come of it: a valid base, and cases that change something.</summary>
internal sealed record FixtureFile
{
    public required string Provider { get; init; }

    public required FixtureBinding Binding { get; init; }

    public required FixturePolicy Policy { get; init; }

    public required JsonObject Payload { get; init; }

    public required IReadOnlyList<FixtureCase> Cases { get; init; }
}

internal sealed record FixtureBinding
{
    public required string Issuer { get; init; }

    public IReadOnlyDictionary<string, string>? Constants { get; init; }

    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Claims { get; init; }

    public IReadOnlyList<string>? RequiredClaims { get; init; }

    public string? Audience { get; init; }

    public bool AcceptSharedAudience { get; init; }
}

/// <summary>The policy that is tried; in a case, what differs from the base's.</summary>
internal sealed record FixturePolicy
{
    /// <summary>A case names only the fields that it changes; an empty list takes one away.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Fields { get; init; }

    /// <summary>A case replaces all; none leaves the policy to learn them.</summary>
    public IReadOnlyDictionary<string, string>? Pins { get; init; }

    /// <summary>The fields that declare the gate; without them the default holds.</summary>
    public IReadOnlyList<string>? Gate { get; init; }

    public IReadOnlyList<string>? Actions { get; init; }

    /// <summary>Another binding's id, for a policy that trusts another issuer than the token's.</summary>
    public string? Binding { get; init; }
}

internal sealed record FixtureCase
{
    public required string Name { get; init; }

    /// <summary>Instead of the base's payload.</summary>
    public JsonObject? Payload { get; init; }

    /// <summary>A JSON merge patch on the payload.</summary>
    public JsonObject? Patch { get; init; }

    public FixtureBinding? Binding { get; init; }

    public FixturePolicy? Policy { get; init; }

    /// <summary>The registry's own audience, where it is another than usual.</summary>
    public string? Audience { get; init; }

    /// <summary><c>granted</c> or a refusal code.</summary>
    public required string Expect { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(FixtureFile))]
internal sealed partial class FixtureJson : JsonSerializerContext;
