namespace Assay.Trust.Evaluation;

/// <summary>What an operator may set about evaluation.</summary>
public sealed record EvaluatorOptions
{
    public static EvaluatorOptions Default { get; } = new();

    /// <summary>How long a policy may wait for its first success: the window in which a freed name could be taken.</summary>
    public TimeSpan UnpinnedLifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long a policy may go unused before an owner has to confirm it.</summary>
    public TimeSpan IdleLifetime { get; init; } = TimeSpan.FromDays(365);

    /// <summary>How long a change that widens trust waits.</summary>
    public TimeSpan CoolingOff { get; init; } = TimeSpan.Zero;
}
