using Assay.Server.Blobs;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Operations;

/// <summary>How far an earlier run came: the database it began with, and the entries that are whole.</summary>
internal sealed record BegunBackup(BackupDescription Description, DatabaseSnapshot Snapshot, IReadOnlySet<string> Files, string LastBlob);

/// <summary>Looks whether what lies at FILE.part can be gone on with.</summary>
internal sealed class ResumeBackup(RegistryDbSource source)
{
    /// <summary>Null with a problem when it must not be touched, null without one when there is nothing to go on with. The file ends behind its last whole entry.</summary>
    public async Task<(BegunBackup? Begun, string? Problem)> RunAsync(FileStream part, DigestList digests, string databaseFile, CancellationToken cancellationToken)
    {
        if (part.Length == 0)
        {
            return (null, null);
        }
        await using var reader = new ArchiveReader(part, digests);
        var description = await DescriptionAsync(reader, cancellationToken);
        if (description is null || !await IsOfThisRegistryAsync(description, cancellationToken))
        {
            return (null, "is there, and is not an unfinished backup of this registry. Move it away, or choose another name.");
        }
        if (await DatabaseAsync(reader, description, databaseFile, cancellationToken))
        {
            var begun = await RestAsync(reader, description, new DatabaseSnapshot(databaseFile), cancellationToken);
            Cut(part, reader.WholeUntil);
            return (begun, null);
        }
        File.Delete(databaseFile);
        await digests.ClearAsync(cancellationToken);
        Cut(part, 0);
        return (null, null);
    }

    private static void Cut(FileStream part, long length)
    {
        part.SetLength(length);
        part.Position = length;
    }

    private static async Task<BackupDescription?> DescriptionAsync(ArchiveReader reader, CancellationToken cancellationToken)
    {
        try
        {
            if (await reader.NextAsync(cancellationToken) != ArchiveName.Description)
            {
                return null;
            }
            var (description, _) = await BackupDescription.ReadAsync(reader.Content, cancellationToken);
            await reader.EndEntryAsync(cancellationToken);
            return description;
        }
        catch (Exception failure) when (failure is ArchiveDamaged or EndOfStreamException)
        {
            return null;
        }
    }

    // No other registry has signed that checkpoint, and this one still has it: what was backed up then is its past.
    private async Task<bool> IsOfThisRegistryAsync(BackupDescription description, CancellationToken cancellationToken)
    {
        var note = System.Text.Encoding.UTF8.GetBytes(description.Checkpoint);
        await using var db = source.Open();
        return await db.LogCheckpoints.AnyAsync(row => row.Size == description.Mark.Size && row.Note == note, cancellationToken);
    }

    private static async Task<bool> DatabaseAsync(ArchiveReader reader, BackupDescription description, string file, CancellationToken cancellationToken)
    {
        try
        {
            if (await reader.NextAsync(cancellationToken) != ArchiveName.Database)
            {
                return false;
            }
            await using (var target = new FileStream(file, FileMode.CreateNew, FileAccess.Write))
            {
                await reader.Content.CopyToAsync(target, cancellationToken);
            }
            return Convert.ToHexStringLower(await reader.EndEntryAsync(cancellationToken)) == description.Database;
        }
        catch (ArchiveDamaged)
        {
            return false;
        }
    }

    // It ends where a blob was skipped: what was missing or damaged is looked at again, and is there or named by the run that completes the backup.
    private static async Task<BegunBackup> RestAsync(ArchiveReader reader, BackupDescription description, DatabaseSnapshot snapshot, CancellationToken cancellationToken)
    {
        await using var db = snapshot.Open();
        await using var named = NamedBlobs.Of(db).AsAsyncEnumerable().Where(digest => BlobKey.TryFromSha512(digest, out _)).GetAsyncEnumerator(cancellationToken);
        var (files, lastBlob) = (new HashSet<string>(StringComparer.Ordinal), "");
        try
        {
            while (await reader.NextAsync(cancellationToken) is { } name && name != ArchiveName.Digests)
            {
                var isBlob = ArchiveName.IsBlob(name, out var key);
                if (isBlob && !(await named.MoveNextAsync() && BlobKey.FromSha512(named.Current) == key))
                {
                    break;
                }
                await reader.EndEntryAsync(cancellationToken);
                (lastBlob, _) = isBlob ? (name, false) : (lastBlob, files.Add(name));
            }
        }
        catch (ArchiveDamaged)
        {
            // Here the earlier run was interrupted.
        }
        return new BegunBackup(description, snapshot, files, lastBlob);
    }
}
