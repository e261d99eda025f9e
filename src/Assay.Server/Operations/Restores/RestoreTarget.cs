using Assay.Server.Blobs;
using Assay.Server.Data;
using Assay.Server.Signing;

namespace Assay.Server.Operations;

/// <summary>The directory that a backup is unpacked into: below <c>restoring</c> first, and then moved up. While that folder is there, no server starts on it.</summary>
internal sealed class RestoreTarget : IDisposable
{
    private const int BufferBytes = 128 * 1024;

    private readonly DataDirectory directory;
    private readonly DirectoryBlobStore blobs;
    private bool isChecked;

    private RestoreTarget(DataDirectory directory)
    {
        this.directory = directory;
        blobs = new DirectoryBlobStore(In("blobs"), In("staging"), TimeProvider.System);
    }

    public string Path => directory.Path;

    public string DatabaseFile => In(ArchiveName.Database);

    /// <exception cref="StartRefused">The directory is not empty, cannot be written, or is in use.</exception>
    public static RestoreTarget Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        var isInterrupted = Directory.Exists(DataDirectory.RestoringIn(path));
        if (!isInterrupted && Directory.Exists(path) && Contents(path).FirstOrDefault() is { } found)
        {
            throw new StartRefused($"The directory {path} is not empty: there is {System.IO.Path.GetFileName(found)}. A restore needs an empty one; name another with --data.");
        }
        return new RestoreTarget(DataDirectory.Open(path, Begin));
    }

    public string In(string name) => System.IO.Path.Combine(directory.RestoringDirectory, name);

    /// <summary>Writes an entry; returns when its bytes are on the disk.</summary>
    public async Task WriteAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        if (ArchiveName.IsBlob(name, out var key))
        {
            await blobs.PutAsync(key, content, cancellationToken);
            return;
        }
        var path = In(name);
        DataDirectory.CreatePrivate(System.IO.Path.GetDirectoryName(path)!);
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = BufferBytes };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = PrivateFile.OnlyOwner;
        }
        await using var file = new FileStream(path, how);
        await content.CopyToAsync(file, BufferBytes, cancellationToken);
        await file.FlushAsync(cancellationToken);
        file.Flush(flushToDisk: true);
    }

    /// <summary>What was unpacked and checked takes its place. An end in the midst of it leaves a directory that no server takes and that the same restore clears.</summary>
    public void Complete()
    {
        isChecked = true;
        Directory.Delete(In("staging"), recursive: true);
        foreach (var entry in Directory.EnumerateFileSystemEntries(directory.RestoringDirectory).ToList())
        {
            Directory.Move(entry, System.IO.Path.Combine(Path, System.IO.Path.GetFileName(entry)));
        }
        DurableDirectory.Flush(Path);
        Directory.Delete(directory.RestoringDirectory);
        DurableDirectory.Flush(Path);
    }

    /// <summary>What could not be unpacked leaves nothing behind; what was interrupted while it was moved must.</summary>
    public void Dispose()
    {
        if (!isChecked)
        {
            Directory.Delete(directory.RestoringDirectory, recursive: true);
        }
        directory.Dispose();
    }

    // An interrupted restore began in an empty directory: all that is there is its own.
    private static void Begin(DataDirectory directory)
    {
        foreach (var entry in Contents(directory.Path).Where(entry => entry != directory.RestoringDirectory).Append(directory.RestoringDirectory).Where(System.IO.Path.Exists).ToList())
        {
            if (File.GetAttributes(entry).HasFlag(FileAttributes.Directory))
            {
                Directory.Delete(entry, recursive: true);
            }
            else
            {
                File.Delete(entry);
            }
        }
        DataDirectory.CreatePrivate(directory.RestoringDirectory);
        Directory.CreateDirectory(System.IO.Path.Combine(directory.RestoringDirectory, "staging"));
    }

    // The lock is made by looking, and a file system of its own has a place for what it finds.
    private static IEnumerable<string> Contents(string path) =>
        Directory.EnumerateFileSystemEntries(path).Where(entry => System.IO.Path.GetFileName(entry) is not ("lock" or "lost+found"));
}
