using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Trust.People;

namespace Assay.Server.Packages;

/// <summary>What is known of a publish before anything of it is stored.</summary>
/// <param name="Decision">What would come of it now.</param>
/// <param name="Proof">What its lock asks of who publishes.</param>
internal sealed record ForeseenPublish(PublishDecision Decision, PublishProof Proof)
{
    /// <summary>Whether its name becomes one of a scope that nobody has yet.</summary>
    public bool TakesScope { get; init; }

    /// <summary>Why its name cannot be taken.</summary>
    public Denial? Taken { get; init; }
}

/// <summary>Decides a publish before its commit, to keep refused ones off the disk and to know what people have to be asked.</summary>
internal sealed class ForeseePublish(RegistryDbSource source, DecidePublish decide, PackageLocks locks, INewNames newNames, TimeProvider time)
{
    public async Task<ForeseenPublish> RunAsync(Caller caller, ReceivedPublish publish, CancellationToken cancellationToken)
    {
        var (decision, proof) = await DecideAsync(caller, publish, cancellationToken);
        if (decision.IsSettled || decision.Package is not null)
        {
            return new ForeseenPublish(decision, proof);
        }
        // Whoever else answers for the name is asked here: nobody waits for a network inside a commit.
        var newName = await newNames.AskAsync(publish.Manifest.Name, cancellationToken);
        return new ForeseenPublish(decision, proof) { TakesScope = newName.TakesScope, Taken = newName.Denial };
    }

    private async Task<(PublishDecision Decision, PublishProof Proof)> DecideAsync(Caller caller, ReceivedPublish publish, CancellationToken cancellationToken)
    {
        using var step = TelemetrySource.Step("publish.decide");
        await using var db = source.Open();
        // All of one moment: a token still unused beside its version already there would turn a repeat into a refusal.
        await using var moment = await db.BeginSnapshotAsync(cancellationToken);
        var now = time.GetUtcNow();
        var proof = publish.IsStage
            ? ApprovedStage.ProofOf(caller is Caller.Workload)
            : await locks.ProofAsync(db, caller, publish.Manifest.Name, now, cancellationToken);
        return (await decide.RunAsync(db, caller, publish, proof, now, cancellationToken), proof);
    }
}
