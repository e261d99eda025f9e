using Assay.Trust.Providers;

namespace Assay.Trust.Policies;

/// <summary>What makes a run a release under one policy.</summary>
public abstract record Gate
{
    private Gate()
    {
    }

    /// <summary>The issuer says so itself, by a protection claim.</summary>
    public sealed record Proved : Gate;

    /// <summary>The owner says that a rule at the CI guards these fields; the issuer cannot confirm it.</summary>
    public sealed record Declared(IReadOnlyList<string> Fields) : Gate
    {
        public bool Equals(Declared? other) => other is not null && Fields.SequenceEqual(other.Fields);

        public override int GetHashCode() => Fields.Count;
    }

    /// <summary>Nothing; an explicit choice, good for staging only.</summary>
    public sealed record Any : Gate;

    /// <summary>One sentence for the owner: what the gate is and, where the registry cannot check it, what to check at the CI.</summary>
    public static string Describe(ProviderDefinition definition, TrustPolicy policy) => policy.Gate switch
    {
        Proved => $"Release gate: proved - {string.Join(", or ", ProvedBy(definition, policy).Select(proof => proof.Says))}.",
        Declared declared =>
            $"Release gate: declared - {string.Join("; ", declared.Fields.Select(field => DescribeField(definition, policy, field)))}.",
        _ when policy.Actions is TrustActions.Read => "Release gate: none - reading needs no release.",
        _ => "Release gate: none - any run of this workflow may stage a version, and a person must approve it.",
    };

    /// <summary>The alternatives that count for this policy.</summary>
    internal static IEnumerable<ProvedGate> ProvedBy(ProviderDefinition definition, TrustPolicy policy) =>
        definition.Policy.Gate.Proved.Where(proof => proof.WhenField is null || policy.Fields.ContainsKey(proof.WhenField));

    private static string DescribeField(ProviderDefinition definition, TrustPolicy policy, string name)
    {
        var values = string.Join(", ", policy.Fields[name].Select(value => $"'{value}'"));
        return $"{name} {values}: {definition.Policy.Gate.DeclaredBy.Single(declared => declared.Field == name).Check}";
    }
}
