using Assay.Trust.Refusals;

namespace Assay.Server.Import;

/// <summary>
/// Files below a folder that somebody else wrote. A link could lead to any file that this process may read, so that none is followed, neither
/// as a file nor as a folder on the way.
/// </summary>
internal sealed class SourceFolder(string root)
{
    public string Root { get; } = root;

    /// <exception cref="SourceFailure">It is no file below the folder.</exception>
    public FileStream Open(params string[] parts)
    {
        var path = Root;
        foreach (var part in parts)
        {
            if (part is "" or "." or ".." || part.AsSpan().ContainsAny('/', '\\', '\0'))
            {
                throw new SourceFailure("path-escapes", $"'{Printable.Value(part)}' is not the name of a file.");
            }
            path = Path.Combine(path, part);
            RefuseLink(path);
        }
        return OpenFile(path);
    }

    /// <exception cref="SourceFailure">It is no file below the folder.</exception>
    public FileStream OpenRelative(string path) => Open(path.Split(Path.DirectorySeparatorChar));

    public static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    private static void RefuseLink(string path)
    {
        if (IsLink(path))
        {
            throw new SourceFailure("link", $"{Printable.Value(path)} is a link. Links are not followed; put the file itself there.");
        }
    }

    private static FileStream OpenFile(string path)
    {
        try
        {
            // A pipe would be waited at for ever: like a device, it has no length.
            return new FileInfo(path).Length > 0
                ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan)
                : throw new SourceFailure("empty-file", $"{Printable.Value(path)} is empty.");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SourceFailure("not-found", $"There is no file {Printable.Value(path)}.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SourceFailure("source-unreachable", $"{Printable.Value(path)} cannot be read: {Printable.Value(failure.Message)}");
        }
    }
}
