using Assay.Provenance.Log.Notes;
using Assay.Server.Answers;
using Assay.Server.Blobs;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Operations;

/// <summary>What was unpacked: all of the backup, as it was written.</summary>
internal sealed record UnpackedBackup(BackupDescription Description, long Blobs, IReadOnlyList<string> Missing, bool IsOlderFormat);

/// <summary>Unpacks a backup into an empty directory, without a server. Nothing of it takes its place before all of it was compared with its digests.</summary>
internal static class UnpackBackup
{
    private const int BufferBytes = 128 * 1024;

    /// <exception cref="StartRefused">The file is no whole backup, or the directory is not empty.</exception>
    public static async Task<UnpackedBackup> RunAsync(
        string file, string directory, string? checkpointFile, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        var checkpoint = checkpointFile is null ? null : await CheckpointAsync(checkpointFile, cancellationToken);
        try
        {
            await using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);
            using var target = RestoreTarget.Open(directory);
            var unpacked = await UnpackAsync(source, target, progress, cancellationToken);
            await PendingRestore.New($"{Path.GetFileName(file)} of {JsonTime.Of(unpacked.Description.CreatedAt)}", checkpoint).WriteAsync(target, cancellationToken);
            target.Complete();
            return unpacked;
        }
        catch (ArchiveDamaged damage)
        {
            throw new StartRefused($"{file} is not a whole backup: {damage.Message}. Nothing of it is used; take another backup.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartRefused($"{file} could not be restored into {Path.GetFullPath(directory)}: {failure.Message} Put that right and run the same command again.");
        }
    }

    private static async Task<UnpackedBackup> UnpackAsync(FileStream source, RestoreTarget target, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        await using var digests = DigestList.In(target.In("staging"));
        await using var reader = new ArchiveReader(source, digests);
        var description = await DescriptionAsync(reader, cancellationToken);
        var isOlder = await CheckFormatAsync(description, target, cancellationToken);
        var blobs = 0L;
        while (await reader.NextAsync(cancellationToken) is { } name)
        {
            await (name == ArchiveName.Digests ? digests.CompareAsync(reader.Content, cancellationToken) : target.WriteAsync(name, reader.Content, cancellationToken));
            var digest = Convert.ToHexStringLower(await reader.EndEntryAsync(cancellationToken));
            if (name == ArchiveName.Database && digest != description.Database)
            {
                throw new ArchiveDamaged($"{name} is not what was backed up: its SHA-256 is not the one in {ArchiveName.Description}");
            }
            blobs += ArchiveName.IsBlob(name, out _) ? 1 : 0;
            progress.Report(new Progress(source.Position, source.Length, "bytes"));
        }
        if (!File.Exists(target.DatabaseFile))
        {
            throw new ArchiveDamaged($"{ArchiveName.Database} is missing");
        }
        return new UnpackedBackup(description, blobs, await MissingAsync(target, isOlder, cancellationToken), isOlder);
    }

    private static async Task<BackupDescription> DescriptionAsync(ArchiveReader reader, CancellationToken cancellationToken)
    {
        if (await reader.NextAsync(cancellationToken) != ArchiveName.Description)
        {
            throw new ArchiveDamaged($"it does not begin with {ArchiveName.Description}");
        }
        var (description, problem) = await BackupDescription.ReadAsync(reader.Content, cancellationToken);
        await reader.EndEntryAsync(cancellationToken);
        return description ?? throw new ArchiveDamaged(problem!);
    }

    private static async Task<bool> CheckFormatAsync(BackupDescription description, RestoreTarget target, CancellationToken cancellationToken)
    {
        await using var db = RegistryDbSource.SqliteCopy(target.DatabaseFile).Open();
        var known = db.Database.GetMigrations().ToList();
        return description.Migrations.Except(known).Any()
            ? throw new StartRefused($"This backup was made by a newer Assay than this one: {ArchiveName.Description} names a format that is not known here. Restore it with that version.")
            : known.Except(description.Migrations).Any();
    }

    // The list of digests is whole, so that what is missing was missing when the backup was made. An older format has other tables.
    private static async Task<IReadOnlyList<string>> MissingAsync(RestoreTarget target, bool isOlder, CancellationToken cancellationToken)
    {
        List<string> missing = [];
        if (isOlder)
        {
            return missing;
        }
        var blobs = new DirectoryBlobStore(target.In("blobs"), target.In("staging"), TimeProvider.System);
        await using var db = RegistryDbSource.SqliteCopy(target.DatabaseFile).Open();
        await foreach (var digest in NamedBlobs.Of(db).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (!BlobKey.TryFromSha512(digest, out var key) || !await blobs.ExistsAsync(key, cancellationToken))
            {
                missing.Add(await NamedBlobs.TextAsync(db, digest, cancellationToken));
            }
        }
        return missing;
    }

    private static async Task<string> CheckpointAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await File.ReadAllBytesAsync(file, cancellationToken);
            return UnverifiedCheckpoint.TryParse(bytes, out _)
                ? System.Text.Encoding.UTF8.GetString(bytes)
                : throw new StartRefused($"{file} is not a checkpoint of a log. Leave --log-checkpoint out, and the log goes on under another name.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartRefused($"{file} cannot be read: {failure.Message}");
        }
    }
}
