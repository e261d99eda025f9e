namespace Assay.Server.Data;

/// <summary>The directory that holds everything this node keeps. One process at a time holds its lock.</summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream heldLock;

    private DataDirectory(string path, FileStream heldLock)
    {
        Path = path;
        this.heldLock = heldLock;
    }

    public string Path { get; }

    public string DatabaseFile => System.IO.Path.Combine(Path, "registry.db");

    public string BlobsDirectory => System.IO.Path.Combine(Path, "blobs");

    public string StagingDirectory => System.IO.Path.Combine(Path, "staging");

    /// <summary>What a restore unpacks into. As long as it is there, the rest is not whole.</summary>
    public string RestoringDirectory => RestoringIn(Path);

    public static string RestoringIn(string path) => System.IO.Path.Combine(path, "restoring");

    /// <summary>Where a running server listens for its operator.</summary>
    public static string AdminSocketIn(string path) => System.IO.Path.Combine(path, "admin.sock");

    /// <exception cref="StartRefused">The directory cannot be written, another process has it, or what lies there is not whole.</exception>
    public static DataDirectory Open(string path) => Open(path, directory => directory.StartStagingAfresh());

    /// <param name="path">Where it is, or shall be.</param>
    /// <param name="prepare">What is done once it is held.</param>
    /// <exception cref="StartRefused">The directory cannot be written, or another process has it.</exception>
    public static DataDirectory Open(string path, Action<DataDirectory> prepare)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            CreatePrivate(path);
            var heldLock = new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataDirectory(path, heldLock).Prepared(prepare);
        }
        catch (UnauthorizedAccessException)
        {
            throw new StartRefused($"Cannot write to the data directory {path}: permission denied. Give this user write access, or choose another with --data.");
        }
        catch (IOException failure) when (IsHeldByAnother(failure))
        {
            throw new DataDirectoryInUse($"The data directory {path} is in use by another Assay. Stop that one, or choose another with --data.");
        }
        catch (IOException failure)
        {
            throw new StartRefused($"Cannot use the data directory {path}: {failure.Message}");
        }
    }

    public void Dispose() => heldLock.Dispose();

    /// <summary>A directory that only this user may enter.</summary>
    public static void CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private DataDirectory Prepared(Action<DataDirectory> prepare)
    {
        try
        {
            prepare(this);
            return this;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    // What lies here was never acknowledged: a crash interrupted it.
    private void StartStagingAfresh()
    {
        if (Directory.Exists(RestoringDirectory))
        {
            throw new StartRefused($"A restore into {Path} was interrupted, and what lies there is not whole. Run it again: ./run restore FILE --data {Path}");
        }
        if (Directory.Exists(StagingDirectory))
        {
            Directory.Delete(StagingDirectory, recursive: true);
        }
        Directory.CreateDirectory(StagingDirectory);
    }

    private static bool IsHeldByAnother(IOException failure)
    {
        const int WouldBlock = 11;
        const int WindowsSharingViolation = unchecked((int)0x80070020);
        return failure.HResult is WouldBlock or WindowsSharingViolation;
    }
}
