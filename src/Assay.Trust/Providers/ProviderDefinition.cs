using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assay.Trust.Providers;

/// <summary>A kind of issuer, as data: where its tokens come from, what their claims mean, what a policy on them may say.</summary>
public sealed record ProviderDefinition
{
    /// <summary>Where an editor finds the schema; means nothing here.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    public required string Id { get; init; }

    public required int Revision { get; init; }

    public required string DisplayName { get; init; }

    public required ProviderKind Kind { get; init; }

    public required IssuerRules Issuer { get; init; }

    public required IReadOnlyList<string> Algorithms { get; init; }

    public KeyRules Keys { get => field ?? new(); init; }

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

    /// <summary>Null where nothing is stated of this provider's runs.</summary>
    public ProvenanceShape? Provenance { get; init; }

    /// <summary>Null where no Sigstore authority is known to make out certificates for this provider's runs.</summary>
    public SigstoreShape? Sigstore { get; init; }

    /// <summary>The JSON schema of definition files, for authors' editors; whether a file loads is judged by <see cref="TryRead"/>.</summary>
    public static Stream OpenSchema() =>
        typeof(ProviderDefinition).Assembly.GetManifestResourceStream("Assay.Trust.Providers.definition.schema.json")!;

    /// <summary>SHA-256 of the file, hex: an operator accepts these bytes, not this name.</summary>
    [JsonIgnore]
    public string Digest { get; init; } = "";

    /// <summary>Whether the value is personal data, or made of such.</summary>
    public bool IsPersonal(ValueReference value) => value.Source switch
    {
        ValueSource.Claim => Claims.GetValueOrDefault(value.Name) is { Personal: true },
        ValueSource.Derived => Derive.GetValueOrDefault(value.Name) is { } rule && rule.Inputs.Values
            .Any(input => input.Source is ValueSource.Claim && IsPersonal(input)),
        _ => false,
    };

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

/// <summary>Whether a token speaks of a build, or of something that runs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProviderKind>))]
public enum ProviderKind
{
    [JsonStringEnumMemberName("ci")]
    Ci,

    /// <summary>Says who publishes, and nothing about what was built.</summary>
    [JsonStringEnumMemberName("workload")]
    Workload,
}
