using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assay.Trust.Providers;

/// <summary>A kind of issuer, as data: where its tokens come from, what their claims mean, what a policy on them may say.</summary>
public sealed record ProviderDefinition
{
    public required string Id { get; init; }

    public required int Revision { get; init; }

    public required string DisplayName { get; init; }

    public required IssuerRules Issuer { get; init; }

    public required IReadOnlyList<string> Algorithms { get; init; }

    public required TokenRules Token { get; init; }

    public IReadOnlyDictionary<string, ConstantDefinition> Const
    {
        get => field ?? ImmutableDictionary<string, ConstantDefinition>.Empty;
        init;
    }

    public required IReadOnlyDictionary<string, ClaimDefinition> Claims { get; init; }

    public IReadOnlyList<RefuseRule> Refuse { get => field ?? []; init; }

    public IReadOnlyList<ConsistencyRule> Consistency { get => field ?? []; init; }

    public IReadOnlyDictionary<string, DeriveRule> Derive { get => field ?? ImmutableDictionary<string, DeriveRule>.Empty; init; }

    public required PolicyShape Policy { get; init; }

    public required IReadOnlyList<RecitalPart> Recital { get; init; }

    public required RunShape Run { get; init; }

    /// <summary>SHA-256 of the file, hex: an operator accepts these bytes, not this name.</summary>
    [JsonIgnore]
    public string Digest { get; init; } = "";

    /// <summary>Reads a definition file; unknown members, references to nothing and unknown rules are problems.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> json, [NotNullWhen(true)] out ProviderDefinition? definition, out IReadOnlyList<string> problems)
    {
        definition = null;
        ProviderDefinition? read;
        try
        {
            read = JsonSerializer.Deserialize(json, DefinitionJson.Default.ProviderDefinition);
        }
        catch (JsonException exception)
        {
            problems = [exception.Message];
            return false;
        }
        if (read is null)
        {
            problems = ["A provider definition is a JSON object."];
            return false;
        }
        problems = DefinitionCheck.Problems(read);
        if (problems.Count > 0)
        {
            return false;
        }
        definition = read with { Digest = Convert.ToHexStringLower(SHA256.HashData(json)) };
        return true;
    }
}
