using Assay.Server.Blobs;
using Assay.Server.Data;

namespace Assay.Server.Operations;

/// <summary>The directory that a backup is unpacked into: below <c>restoring</c> first, and then moved up. While that folder is there, no server starts on it.</summary>
internal sealed class RestoreTarget : IDisposable
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>Written before anything else and gone after everything else: whose folder that is.</summary>
    private const string Marker = "begun-by-assay";

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
        if (!IsInterrupted(path) && Directory.Exists(path) && Contents(path).FirstOrDefault(entry => !IsJustMade(entry, path)) is { } found)
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
        foreach (var folder in Directory.EnumerateDirectories(directory.RestoringDirectory).Where(folder => folder != In("blobs")))
        {
            FlushAll(folder);
        }
        foreach (var entry in Unpacked(directory.RestoringDirectory))
        {
            Directory.Move(entry, System.IO.Path.Combine(Path, System.IO.Path.GetFileName(entry)));
        }
        DurableDirectory.Flush(Path);
        // In one step, marker and all; the next start would clear what is left of it.
        Directory.Move(directory.RestoringDirectory, directory.StagingDirectory);
        DurableDirectory.Flush(Path);
        Directory.Delete(directory.StagingDirectory, recursive: true);
    }

    /// <summary>What could not be unpacked leaves nothing behind; what was interrupted while it was moved must.</summary>
    public void Dispose()
    {
        if (!isChecked)
        {
            Clear(directory.RestoringDirectory);
            File.Delete(In(Marker));
            Directory.Delete(directory.RestoringDirectory);
        }
        directory.Dispose();
    }

    private static bool IsInterrupted(string path) => File.Exists(System.IO.Path.Combine(DataDirectory.RestoringIn(path), Marker));

    // An end before the marker was written leaves the folder, with nothing in it.
    private static bool IsJustMade(string entry, string path) =>
        entry == DataDirectory.RestoringIn(path) && Directory.Exists(entry) && !Directory.EnumerateFileSystemEntries(entry).Any();

    // An interrupted restore began in an empty directory: all that is there is its own. The marker stays until the end of it.
    private static void Begin(DataDirectory directory)
    {
        DataDirectory.CreatePrivate(directory.RestoringDirectory);
        if (IsInterrupted(directory.Path))
        {
            Clear(directory.RestoringDirectory);
            Delete(Contents(directory.Path).Where(entry => entry != directory.RestoringDirectory).ToList());
        }
        File.WriteAllBytes(System.IO.Path.Combine(directory.RestoringDirectory, Marker), []);
        DurableDirectory.Flush(directory.RestoringDirectory);
        Directory.CreateDirectory(System.IO.Path.Combine(directory.RestoringDirectory, "staging"));
    }

    private static void Clear(string restoring) => Delete(Unpacked(restoring));

    private static List<string> Unpacked(string restoring) =>
        [.. Directory.EnumerateFileSystemEntries(restoring).Where(entry => System.IO.Path.GetFileName(entry) != Marker)];

    private static void Delete(List<string> entries)
    {
        foreach (var entry in entries)
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
    }

    private static void FlushAll(string folder)
    {
        foreach (var below in Directory.EnumerateDirectories(folder))
        {
            FlushAll(below);
        }
        DurableDirectory.Flush(folder);
    }

    // The lock is made by looking, and a file system of its own has a place for what it finds.
    private static IEnumerable<string> Contents(string path) =>
        Directory.EnumerateFileSystemEntries(path).Where(entry => System.IO.Path.GetFileName(entry) is not ("lock" or "lost+found"));
}
