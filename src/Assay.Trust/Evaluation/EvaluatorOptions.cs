namespace Assay.Trust.Evaluation;

/// <summary>What an operator may set about evaluation.</summary>
public sealed record EvaluatorOptions
{
    public static EvaluatorOptions Default { get; } = new();

    /// <summary>How long a policy may wait for its first success: the window in which a freed name could be taken.</summary>
    public TimeSpan UnpinnedLifetime { get; init; } = TimeSpan.FromDays(7);
}
