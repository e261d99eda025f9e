namespace Assay.Trust.Linting;

/// <summary>What the file should achieve: a publish of this package to this registry, under this policy.</summary>
public sealed record LintTarget
{
    public required Uri Registry { get; init; }

    public required string Package { get; init; }

    public required string Provider { get; init; }

    /// <summary>The policy's fields by name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Fields { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The actions that the policy grants, by their names on the wire.</summary>
    public IReadOnlyList<string> Actions { get; init; } = ["publish"];

    public LintGate Gate { get; init; } = LintGate.Proved;

    /// <summary>The audience that the binding wants, where it is not the registry's own.</summary>
    public string? Audience { get; init; }

    /// <summary>The audiences that this registry accepts; the first is the one to ask for.</summary>
    internal IReadOnlyList<string> Audiences => Audience is { } audience
        ? [audience]
        : [$"npm:{Registry.Host}", $"npm:{Registry.Authority}"];

    internal IReadOnlyList<string> Field(string name, params IReadOnlyList<string> fallback) =>
        Fields.TryGetValue(name, out var values) && values.Count > 0 ? values : fallback;
}

/// <summary>What makes a run a release under the policy.</summary>
public enum LintGate
{
    /// <summary>The issuer proves that the ref or the environment is protected.</summary>
    Proved,

    /// <summary>The owner declared that one of the policy's fields is guarded.</summary>
    Declared,

    /// <summary>Nothing; such a policy grants staging only.</summary>
    Any,
}
