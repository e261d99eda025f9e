using Assay.Trust.Providers;

namespace Assay.Trust.Policies.Conditions;

/// <summary>How a value is compared.</summary>
public enum ConditionOperator
{
    /// <summary>Equal to one of the wanted values.</summary>
    In,

    /// <summary>Matches one of the wanted patterns from end to end.</summary>
    Like,

    /// <summary>A version within one of the wanted ranges.</summary>
    Range,
}

/// <summary>
/// A small, total language over a run's claims: comparisons joined by all, any and not. Its size is bounded by <see cref="ConditionCheck"/>,
/// and with it the time that it takes.
/// </summary>
public abstract record Condition
{
    private Condition()
    {
    }

    public sealed record All(IReadOnlyList<Condition> Parts) : Condition
    {
        public bool Equals(All? other) => other is not null && Parts.SequenceEqual(other.Parts);

        public override int GetHashCode() => Parts.Count;
    }

    public sealed record Any(IReadOnlyList<Condition> Parts) : Condition
    {
        public bool Equals(Any? other) => other is not null && Parts.SequenceEqual(other.Parts);

        public override int GetHashCode() => Parts.Count;
    }

    public sealed record Not(Condition Part) : Condition;

    public sealed record Compare(ValueReference Value, ConditionOperator Operator, IReadOnlyList<string> Wanted) : Condition
    {
        public bool Equals(Compare? other) =>
            other is not null && Value == other.Value && Operator == other.Operator && Wanted.SequenceEqual(other.Wanted);

        public override int GetHashCode() => HashCode.Combine(Value, Operator, Wanted.Count);
    }

    /// <summary>The comparisons of the condition, from left to right.</summary>
    public IEnumerable<Compare> Comparisons => this switch
    {
        All all => all.Parts.SelectMany(part => part.Comparisons),
        Any any => any.Parts.SelectMany(part => part.Comparisons),
        Not not => not.Part.Comparisons,
        _ => [(Compare)this],
    };

    /// <summary>As a sentence's part: <c>actor_id is '12' or '13'</c>.</summary>
    public string Describe() => this switch
    {
        All all => $"({string.Join(" and ", all.Parts.Select(part => part.Describe()))})",
        Any any => $"({string.Join(" or ", any.Parts.Select(part => part.Describe()))})",
        Not not => $"not {not.Part.Describe()}",
        Compare compare => $"{compare.Value.Name} {Verb(compare.Operator)} {string.Join(" or ", compare.Wanted.Select(value => $"'{value}'"))}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Verb(ConditionOperator comparison) => comparison switch
    {
        ConditionOperator.In => "is",
        ConditionOperator.Like => "is like",
        _ => "is a version in",
    };
}
