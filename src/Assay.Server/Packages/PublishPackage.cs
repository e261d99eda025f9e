using Assay.Server.Answers;
using Assay.Server.Blobs;
using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Server.Signing;
using Assay.Trust.People;

namespace Assay.Server.Packages;

/// <summary>
/// Stores a version: bytes first, then the facts in one commit. Whether it may be stored is decided twice by the same code, before the
/// bytes are written, to keep refused ones off the disk, and inside the commit, where it counts.
/// </summary>
internal sealed class PublishPackage(
    RegistryDbSource source, CommitQueue commits, IBlobStore blobs, DecidePublish decide, PackageLocks locks, StoreVersion store, INewNames newNames, SigningKeys keys, TimeProvider time)
{
    /// <summary>Null when the version is stored and durable.</summary>
    /// <param name="caller">Who publishes.</param>
    /// <param name="publish">What, judged.</param>
    /// <param name="ask">Asks for a second factor, once nothing else is in the way: nobody is asked for a code for what is refused anyway, or was done already.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<JsonAnswer?> RunAsync(
        Caller caller, ReceivedPublish publish, AskSecondFactor ask, CancellationToken cancellationToken)
    {
        var (before, proof) = await DecideAsync(caller, publish, cancellationToken);
        if (before.IsSettled)
        {
            return before.Denial?.ToAnswer();
        }
        // Whoever else answers for the name is asked here: nobody waits for a network inside a commit.
        var isNew = before.Package is null;
        var newName = isNew ? await newNames.AskAsync(publish.Manifest.Name, cancellationToken) : default;
        if (newName.Denial is { } taken)
        {
            return taken.ToAnswer();
        }
        if (await ask(proof, cancellationToken) is { } asked)
        {
            return asked;
        }
        return (await StoreAsync(caller, publish, proof, isNew, newName.TakesScope, cancellationToken))?.ToAnswer();
    }

    private async Task<Denial?> StoreAsync(
        Caller caller, ReceivedPublish publish, PublishProof proof, bool isNew, bool takesScope, CancellationToken cancellationToken)
    {
        var key = await keys.GetAsync(KeyPurpose.Registry, cancellationToken);
        await PutAsync(publish, cancellationToken);
        using var step = TelemetrySource.Step("publish.commit");
        return await commits.RunAsync(async (commit, stop) =>
        {
            var decision = await decide.RunAsync(commit.Db, caller, publish, proof, commit.Now, stop);
            if (!decision.IsSettled && decision.Package is null && !isNew)
            {
                return Released;
            }
            if (!decision.IsSettled)
            {
                if (takesScope)
                {
                    await OwnedNames.TakeScopeAsync(commit, publish.Manifest.Name, caller.Actor, stop);
                }
                await store.RunAsync(commit, caller, publish, decision, key, stop);
            }
            return decision.Denial;
        }, cancellationToken);
    }

    /// <summary>The name was reserved when it was asked for, and is nobody's now: whether it may be taken was never asked.</summary>
    private static Denial Released { get; } = new(
        StatusCodes.Status409Conflict, "conflict", "The reservation of this name ended in this very moment. Publish again.");

    private async Task<(PublishDecision Decision, PublishProof Proof)> DecideAsync(Caller caller, ReceivedPublish publish, CancellationToken cancellationToken)
    {
        using var step = TelemetrySource.Step("publish.decide");
        await using var db = source.Open();
        // All of one moment: a token still unused beside its version already there would turn a repeat into a refusal.
        await using var moment = await db.BeginSnapshotAsync(cancellationToken);
        var now = time.GetUtcNow();
        var proof = await locks.ProofAsync(db, caller, publish.Manifest.Name, now, cancellationToken);
        return (await decide.RunAsync(db, caller, publish, proof, now, cancellationToken), proof);
    }

    private async Task PutAsync(ReceivedPublish publish, CancellationToken cancellationToken)
    {
        using var step = TelemetrySource.Step("publish.store");
        await blobs.PutAsync(BlobKey.FromSha512(publish.Tarball.Integrity.Digest), publish.Tarball.Rewound(), cancellationToken);
    }
}
