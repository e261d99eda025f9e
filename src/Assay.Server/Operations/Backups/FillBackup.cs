using Assay.Server.Answers;
using Assay.Server.Blobs;
using Assay.Server.Data;
using Assay.Server.Transparency;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Operations;

/// <summary>Writes what a backup consists of, in its order; of one that was begun, what is not in it yet.</summary>
internal sealed class FillBackup(RegistryDbSource source, BackupSources sources, IBlobStore blobs, LogReading log, TimeProvider time)
{
    public async Task<WrittenBackup> RunAsync(
        ArchiveWriter writer, BegunBackup? begun, WorkFolder work, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        var isResumed = begun is not null;
        begun ??= await BeginAsync(writer, work, cancellationToken);
        await using var db = begun.Snapshot.Open();
        var leftOut = await FilesAsync(writer, db, begun, cancellationToken);
        var (count, missing) = await BlobsAsync(writer, db, begun.LastBlob, progress, cancellationToken);
        await writer.FinishAsync(cancellationToken);
        return new WrittenBackup(begun.Description, isResumed, count, missing, leftOut);
    }

    private async Task<BegunBackup> BeginAsync(ArchiveWriter writer, WorkFolder work, CancellationToken cancellationToken)
    {
        var snapshot = await DatabaseSnapshot.TakeAsync(source, work.In(ArchiveName.Database), cancellationToken);
        var description = await snapshot.DescribeAsync(log, time, cancellationToken);
        await using (var bytes = description.ToStream())
        {
            await writer.AppendAsync(ArchiveName.Description, bytes, cancellationToken);
        }
        await AppendFileAsync(writer, ArchiveName.Database, snapshot.File, cancellationToken);
        return new BegunBackup(description, snapshot, new HashSet<string>(), "");
    }

    private async Task<IReadOnlyList<string>> FilesAsync(ArchiveWriter writer, RegistryDb db, BegunBackup begun, CancellationToken cancellationToken)
    {
        var (files, leftOut) = await sources.FindAsync(db, cancellationToken);
        foreach (var (name, path) in files.Where(file => !begun.Files.Contains(file.Name)))
        {
            await AppendFileAsync(writer, name, path, cancellationToken);
        }
        return leftOut;
    }

    private async Task<(long Count, IReadOnlyList<string> Missing)> BlobsAsync(
        ArchiveWriter writer, RegistryDb db, string last, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        var all = await NamedBlobs.Of(db).CountAsync(cancellationToken);
        var (done, bad) = (0L, new List<(BlobKey Key, string Problem)>());
        await foreach (var digest in NamedBlobs.Of(db).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            var key = BlobKey.FromSha512(digest);
            if (string.CompareOrdinal(ArchiveName.Of(key), last) > 0 && await ProblemAsync(writer, key, cancellationToken) is { } problem)
            {
                bad.Add((key, problem));
            }
            progress.Report(new Progress(++done, all, "blobs"));
        }
        List<string> missing = [];
        foreach (var (key, problem) in bad)
        {
            missing.Add($"{await NamedBlobs.TextAsync(db, key, cancellationToken)}: {problem}");
        }
        return (all - missing.Count, missing);
    }

    private async Task<string?> ProblemAsync(ArchiveWriter writer, BlobKey key, CancellationToken cancellationToken)
    {
        await using var content = await blobs.OpenAsync(key, cancellationToken);
        if (content is null)
        {
            return $"the blob {key} is missing";
        }
        return await writer.TryAppendAsync(key, content, cancellationToken) ? null : $"the blob {key} has other bytes than its name says";
    }

    private static async Task AppendFileAsync(ArchiveWriter writer, string name, string path, CancellationToken cancellationToken)
    {
        await using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        await writer.AppendAsync(name, content, cancellationToken);
    }
}
