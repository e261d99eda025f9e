using Assay.Server.Answers;
using Assay.Server.Data;

namespace Assay.Server.Operations;

/// <summary>What all rooms had to say about themselves.</summary>
internal sealed record DoctorRound(DateTimeOffset At, IReadOnlyList<Finding> Findings);

/// <summary>Asks every room what it has to say about itself.</summary>
internal sealed class DoctorRounds(IEnumerable<IDoctorCheck> checks, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private volatile DoctorRound? latest;

    /// <summary>What was found when this process was last asked; null while nobody has.</summary>
    public DoctorRound? Latest => latest;

    public async Task<ProgressOutcome> RunAsync(IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        var findings = (await GoAsync(progress, cancellationToken)).Findings;
        return new ProgressOutcome([.. findings.Select(finding => finding.ToString())], findings.Any(finding => finding.Level is FindingLevel.Failed));
    }

    public async Task<DoctorRound> GoAsync(IProgress<Progress>? progress, CancellationToken cancellationToken)
    {
        var all = checks.ToList();
        List<Finding> findings = [];
        foreach (var (done, check) in all.Index())
        {
            progress?.Report(new Progress(done, all.Count, "checks"));
            await AskAsync(check, findings, cancellationToken);
        }
        return latest = new DoctorRound(time.GetUtcNow(), findings);
    }

    private async Task AskAsync(IDoctorCheck check, List<Finding> findings, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await foreach (var finding in check.RunAsync(stop.Token))
            {
                findings.Add(finding);
            }
        }
#pragma warning disable CA1031 // Whatever a check fails with is a finding, and not the end of the others.
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            findings.Add(Finding.Failed($"The {check.Subject} could not be looked at: {failure.Message}", "Mend that, and ask again"));
        }
#pragma warning restore CA1031
    }
}
