using Assay.Server.Answers;

namespace Assay.Server.Operations;

/// <summary>What a verification has looked at, and every fault by the name of what has it.</summary>
internal sealed class Findings(long all, IProgress<Progress> progress)
{
    private const int MostNamed = 1000;

    private readonly List<string> faults = [];
    private long looked;

    public long Faults { get; private set; }

    public void Fault(string subject, string what)
    {
        Faults++;
        if (faults.Count < MostNamed)
        {
            faults.Add($"FAULT {subject}: {what}");
        }
    }

    /// <summary>One more thing was looked at.</summary>
    public void Looked() => progress.Report(new Progress(++looked, all, "things"));

    public ProgressOutcome ToOutcome(string looked) => new(
        [
            .. faults,
            .. Faults > faults.Count ? [$"… and {Faults - faults.Count} more."] : Array.Empty<string>(),
            Faults == 0 ? $"{looked}: no fault." : $"{looked}: {Faults} faults. What each means and what to do: docs/operations.md.",
        ],
        Fails: Faults > 0);
}
