namespace Assay.Trust.Providers;

/// <summary>Runs that never publish, whatever a policy says. Each rule says one of: in, not in, prefix, present.</summary>
public sealed record RefuseRule
{
    public required string Claim { get; init; }

    public IReadOnlyList<string>? In { get; init; }

    public IReadOnlyList<string>? NotIn { get; init; }

    public string? Prefix { get; init; }

    public bool? Present { get; init; }

    public required string Code { get; init; }

    /// <summary>A sentence for the person whose run was refused.</summary>
    public required string Because { get; init; }

    public bool Applies(string? value) =>
        value is not null
        && (Present is true
            || In?.Contains(value, StringComparer.Ordinal) is true
            || NotIn?.Contains(value, StringComparer.Ordinal) is false
            || Prefix is not null && value.StartsWith(Prefix, StringComparison.Ordinal));
}
