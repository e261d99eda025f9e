namespace Assay.Server.Operations;

/// <summary>What a check came to; without a problem it works. The problem is for operators: it can name paths and hosts.</summary>
internal sealed record CheckedHealth(string Name, string? Problem, bool IsNeeded = true);

/// <summary>Whether this node can serve requests now.</summary>
internal sealed record HealthReport(IReadOnlyList<CheckedHealth> Checks)
{
    public bool IsWhole => Checks.All(check => check.Problem is null);

    public bool IsReady => Checks.All(check => check.Problem is null || !check.IsNeeded);
}
