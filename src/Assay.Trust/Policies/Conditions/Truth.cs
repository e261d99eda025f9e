namespace Assay.Trust.Policies.Conditions;

/// <summary>
/// Kleene's three values, in the order that makes <c>and</c> the least and <c>or</c> the greatest. What a token does not say is unknown: a policy
/// that allows needs <see cref="True"/>, one that denies is averted by <see cref="False"/> only, so silence never helps anybody.
/// </summary>
public enum Truth
{
    False,
    Unknown,
    True,
}

internal static class Truths
{
    public static Truth All(IEnumerable<Truth> values) => values.Append(Truth.True).Min();

    public static Truth Any(IEnumerable<Truth> values) => values.Append(Truth.False).Max();

    public static Truth Not(Truth value) => (Truth)(Truth.True - value);

    public static Truth Of(bool value) => value ? Truth.True : Truth.False;
}
