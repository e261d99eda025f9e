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
        var files = await FilesAsync(writer, db, begun, cancellationToken);
        var (count, missing) = await BlobsAsync(writer, db, begun.LastBlob, progress, cancellationToken);
        await writer.FinishAsync(cancellationToken);
        return new WrittenBackup(begun.Description, isResumed, count, missing, files.Missing, files.LeftOut);
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

    private async Task<FoundSources> FilesAsync(ArchiveWriter writer, RegistryDb db, BegunBackup begun, CancellationToken cancellationToken)
    {
        var found = await sources.FindAsync(db, cancellationToken);
        foreach (var (name, path) in found.Files.Where(file => !begun.Files.Contains(file.Name)))
        {
            await AppendFileAsync(writer, name, path, cancellationToken);
        }
        return found;
    }

    private async Task<(long Count, IReadOnlyList<string> Missing)> BlobsAsync(
        ArchiveWriter writer, RegistryDb db, string last, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        var all = await NamedBlobs.Of(db).CountAsync(cancellationToken);
        var (done, bad) = (0L, new List<(byte[] Digest, string Problem)>());
        await foreach (var digest in NamedBlobs.Of(db).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (await ProblemAsync(writer, digest, last, cancellationToken) is { } problem)
            {
                bad.Add((digest, problem));
            }
            progress.Report(new Progress(++done, all, "blobs"));
        }
        List<string> missing = [];
        foreach (var (digest, problem) in bad)
        {
            missing.Add($"{await NamedBlobs.TextAsync(db, digest, cancellationToken)}: {problem}");
        }
        return (all - missing.Count, missing);
    }

    private async Task<string?> ProblemAsync(ArchiveWriter writer, byte[] digest, string last, CancellationToken cancellationToken)
    {
        if (!BlobKey.TryFromSha512(digest, out var key))
        {
            return $"the database says {Convert.ToHexStringLower(digest)}, which is no digest of bytes";
        }
        return string.CompareOrdinal(ArchiveName.Of(key), last) > 0 && await WhyNotWrittenAsync(writer, key, cancellationToken) is { } why ? $"the blob {key} {why}" : null;
    }

    private async Task<string?> WhyNotWrittenAsync(ArchiveWriter writer, BlobKey key, CancellationToken cancellationToken)
    {
        var (content, problem) = await OpenedAsync(key, cancellationToken);
        await using (content)
        {
            return content is null ? problem : await writer.TryAppendAsync(key, content, cancellationToken);
        }
    }

    private async Task<(Stream? Content, string Problem)> OpenedAsync(BlobKey key, CancellationToken cancellationToken)
    {
        try
        {
            return (await blobs.OpenAsync(key, cancellationToken), "is missing");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, $"cannot be read: {failure.Message}");
        }
    }

    private static async Task AppendFileAsync(ArchiveWriter writer, string name, string path, CancellationToken cancellationToken)
    {
        await using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        await writer.AppendAsync(name, content, cancellationToken);
    }
}
