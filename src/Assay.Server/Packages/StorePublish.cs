using Assay.Server.Blobs;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Signing;

namespace Assay.Server.Packages;

/// <summary>Bytes first, then the facts in one commit, which decides anew: as a version, or as a stage that waits.</summary>
internal sealed class StorePublish(CommitQueue commits, IBlobStore blobs, DecidePublish decide, StoreVersion store, KeepStage stages, SigningKeys keys)
{
    /// <param name="caller">Who publishes.</param>
    /// <param name="publish">What, judged.</param>
    /// <param name="before">What was known before.</param>
    /// <param name="isAsked">Whether who publishes was asked for a second factor.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<(Denial? Denial, StageRow? Stage)> RunAsync(
        Caller caller, ReceivedPublish publish, ForeseenPublish before, bool isAsked, CancellationToken cancellationToken)
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
            if (decision.Package is null && before.Decision.Package is not null)
            {
                return (Released, null);
            }
            if (decision.Waits(publish))
            {
                return ((Denial?)null, await stages.RunAsync(commit, caller, publish, decision, stop));
            }
            if (!isAsked)
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

    /// <summary>The name was reserved when it was asked for, and is nobody's now: whether it may be taken was never asked.</summary>
    private static Denial Released { get; } = new(
        StatusCodes.Status409Conflict, "conflict", "The reservation of this name ended in this very moment. Publish again.");

    /// <summary>It would have waited for people, so that nobody was asked for a second factor.</summary>
    private static Denial WaitsNoMore { get; } = new(
        StatusCodes.Status409Conflict, "conflict", "What made this publish wait for approval ended in this very moment. Publish again.");

    private async Task PutAsync(ReceivedPublish publish, CancellationToken cancellationToken)
    {
        using var step = TelemetrySource.Step("publish.store");
        await blobs.PutAsync(BlobKey.FromSha512(publish.Tarball.Integrity.Digest), publish.Tarball.Rewound(), cancellationToken);
    }
}
