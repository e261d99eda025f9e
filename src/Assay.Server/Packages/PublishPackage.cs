using Assay.Server.Answers;
using Assay.Server.Blobs;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Signing;
using Assay.Trust.People;

namespace Assay.Server.Packages;

/// <summary>
/// Stores a version: bytes first, then the facts in one commit. Whether it may be stored is decided twice by the same code, before the
/// bytes are written, to keep refused ones off the disk, and inside the commit, where it counts.
/// </summary>
internal sealed class PublishPackage(
    RegistryDbSource source, CommitQueue commits, IBlobStore blobs, DecidePublish decide, PackageLocks locks, StoreVersion store, KeepStage stages, INewNames newNames,
    SigningKeys keys, TimeProvider time)
{
    /// <summary>Not refused, the version is stored and durable, or waits as a stage.</summary>
    /// <param name="caller">Who publishes.</param>
    /// <param name="publish">What, judged.</param>
    /// <param name="ask">Asks for a second factor, once nothing else is in the way: nobody is asked for a code for what is refused anyway, was done already, or waits for others who will be asked.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<PublishOutcome> RunAsync(Caller caller, ReceivedPublish publish, AskSecondFactor ask, CancellationToken cancellationToken)
    {
        var (before, proof) = await DecideAsync(caller, publish, cancellationToken);
        if (before.IsSettled)
        {
            return new PublishOutcome(before.Denial?.ToAnswer(), before.Stage);
        }
        // Whoever else answers for the name is asked here: nobody waits for a network inside a commit.
        var isNew = before.Package is null;
        var newName = isNew ? await newNames.AskAsync(publish.Manifest.Name, cancellationToken) : default;
        if (newName.Denial is { } taken)
        {
            return new PublishOutcome(taken.ToAnswer(), null);
        }
        var waits = Waits(publish, before);
        if (!waits && await ask(proof, cancellationToken) is { } asked)
        {
            return new PublishOutcome(asked, null);
        }
        var (denial, stage) = await StoreAsync(caller, publish, new Beforehand(isNew, newName.TakesScope, IsAsked: !waits, proof), cancellationToken);
        return new PublishOutcome(denial?.ToAnswer(), stage);
    }

    private static bool Waits(ReceivedPublish publish, PublishDecision decision) => publish.IsStage || decision.Diverts.Count > 0;

    private async Task<(Denial? Denial, StageRow? Stage)> StoreAsync(Caller caller, ReceivedPublish publish, Beforehand before, CancellationToken cancellationToken)
    {
        var key = await keys.GetAsync(KeyPurpose.Registry, cancellationToken);
        await PutAsync(publish, cancellationToken);
        using var step = TelemetrySource.Step("publish.commit");
        return await commits.RunAsync(async (commit, stop) =>
        {
            var decision = await decide.RunAsync(commit.Db, caller, publish, before.Proof, commit.Now, stop);
            if (decision.IsSettled)
            {
                return (decision.Denial, decision.Stage);
            }
            if (decision.Package is null && !before.IsNew)
            {
                return (Released, null);
            }
            if (Waits(publish, decision))
            {
                return ((Denial?)null, await stages.RunAsync(commit, caller, publish, decision, stop));
            }
            if (!before.IsAsked)
            {
                return (WaitsNoMore, null);
            }
            if (before.TakesScope)
            {
                await OwnedNames.TakeScopeAsync(commit, publish.Manifest.Name, caller.Actor, stop);
            }
            await store.RunAsync(commit, caller, publish, decision, key, stop);
            return (null, null);
        }, cancellationToken);
    }

    /// <summary>What was learned before the commit.</summary>
    private sealed record Beforehand(bool IsNew, bool TakesScope, bool IsAsked, PublishProof Proof);

    /// <summary>The name was reserved when it was asked for, and is nobody's now: whether it may be taken was never asked.</summary>
    private static Denial Released { get; } = new(
        StatusCodes.Status409Conflict, "conflict", "The reservation of this name ended in this very moment. Publish again.");

    /// <summary>It would have waited for people, so that nobody was asked for a second factor.</summary>
    private static Denial WaitsNoMore { get; } = new(
        StatusCodes.Status409Conflict, "conflict", "What made this publish wait for approval ended in this very moment. Publish again.");

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

    private async Task PutAsync(ReceivedPublish publish, CancellationToken cancellationToken)
    {
        using var step = TelemetrySource.Step("publish.store");
        await blobs.PutAsync(BlobKey.FromSha512(publish.Tarball.Integrity.Digest), publish.Tarball.Rewound(), cancellationToken);
    }
}

/// <summary>What came of a publish: refused, or waiting as this stage, or, when neither, stored.</summary>
internal sealed record PublishOutcome(JsonAnswer? Refusal, StageRow? Stage);
