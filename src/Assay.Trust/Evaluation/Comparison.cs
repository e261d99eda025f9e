using Assay.Trust.Policies.Conditions;

namespace Assay.Trust.Evaluation;

/// <summary>One condition of a policy beside what the run presented.</summary>
public sealed record Comparison
{
    /// <summary>The policy's field, or <c>identity</c>, <c>armed</c>, <c>owner</c>, <c>when</c>, <c>gate</c>, <c>actions</c>, <c>in force</c>.</summary>
    public required string Field { get; init; }

    /// <summary>The claim or derived value; empty where the condition is not about one.</summary>
    public string Claim { get; init; } = "";

    public required string Expected { get; init; }

    /// <summary>Null when absent, which never matches.</summary>
    public string? Actual { get; init; }

    public required Truth Outcome { get; init; }

    public bool Matched => Outcome is Truth.True;

    /// <summary>A name that matched ids outrank: shown, not decisive.</summary>
    public bool IsLabel { get; init; }

    /// <summary>The refusal code when this condition fails.</summary>
    public required string Code { get; init; }

    /// <summary>What to change, in a sentence.</summary>
    public required string Remedy { get; init; }

    public bool Blocks => !Matched && !IsLabel;

    public override string ToString() => $"{(Claim.Length > 0 ? Claim : Field)} is {Quoted(Actual)}, expected {Expected}";

    private static string Quoted(string? value) => value is null ? "absent" : $"'{value}'";
}
