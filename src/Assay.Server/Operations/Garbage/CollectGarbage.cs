using Assay.Server.Audit;
using Assay.Server.Blobs;
using Assay.Server.Data;
using Microsoft.Extensions.Options;

namespace Assay.Server.Operations;

/// <summary>What was found: blobs that no row names, and that nobody put for a while.</summary>
internal sealed record Garbage(long Blobs, long Bytes, bool IsHeldBack)
{
    public static Garbage None { get; } = new(0, 0, IsHeldBack: false);

    public static Garbage operator +(Garbage one, Garbage other) => new(one.Blobs + other.Blobs, one.Bytes + other.Bytes, one.IsHeldBack || other.IsHeldBack);
}

/// <summary>
/// Deletes the bytes of what was unpublished a while ago, and those of publishes that a crash interrupted. The rows are asked twice: outside, because a commit under way may
/// still be taken back, and inside a commit, where nobody else writes. A publish that began meanwhile has put its bytes again, which the store sees.
/// </summary>
internal sealed class CollectGarbage(
    RegistryDbSource source, CommitQueue commits, IBlobStore blobs, BlobHold hold, IOptions<BlobsOptions> options, TimeProvider time)
{
    private const int Together = 200;

    public async Task<Garbage> RunAsync(bool isDryRun, Actor actor, CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().AddHours(-options.Value.GraceHours);
        var found = Garbage.None;
        await foreach (var some in blobs.ListAsync(cancellationToken).Where(blob => blob.PutAt < before).Chunk(Together).WithCancellation(cancellationToken))
        {
            var unnamed = await UnnamedAsync(some, before, cancellationToken);
            found += unnamed.Count == 0 ? Garbage.None
                : isDryRun ? new Garbage(unnamed.Count, unnamed.Sum(blob => blob.Size), hold.IsHeld)
                : await commits.RunAsync((commit, stop) => DeleteAsync(commit, unnamed, before, stop), cancellationToken);
        }
        if (!isDryRun && found.Blobs > 0)
        {
            await RecordAsync(found, actor, cancellationToken);
        }
        return found;
    }

    private async Task<IReadOnlyList<StoredBlob>> UnnamedAsync(StoredBlob[] some, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var named = await NamedBlobs.AmongAsync(db, [.. some.Select(blob => blob.Key)], before, cancellationToken);
        return [.. some.Where(blob => !named.Contains(blob.Key))];
    }

    // May run twice, as every operation: what is deleted once is not there the second time.
    private async Task<Garbage> DeleteAsync(Commit commit, IReadOnlyList<StoredBlob> unnamed, DateTimeOffset before, CancellationToken cancellationToken)
    {
        if (hold.IsHeld)
        {
            return Garbage.None with { IsHeldBack = true };
        }
        var named = await NamedBlobs.AmongAsync(commit.Db, [.. unnamed.Select(blob => blob.Key)], before, cancellationToken);
        var deleted = Garbage.None;
        foreach (var blob in unnamed.Where(blob => !named.Contains(blob.Key)))
        {
            if (await blobs.DeleteUnlessPutSinceAsync(blob.Key, before, cancellationToken))
            {
                deleted += new Garbage(1, blob.Size, IsHeldBack: false);
            }
        }
        return deleted;
    }

    private Task<bool> RecordAsync(Garbage found, Actor actor, CancellationToken cancellationToken) => commits.RunAsync((commit, _) =>
    {
        commit.Record(actor, "garbage.collected", $"{found.Blobs} blobs", $"{found.Bytes} bytes");
        return Task.FromResult(true);
    }, cancellationToken);
}
