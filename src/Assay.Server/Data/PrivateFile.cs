namespace Assay.Server.Data;

/// <summary>Files that nobody else may read.</summary>
internal static class PrivateFile
{
    public const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static bool IsOpenToOthers(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OnlyOwner) != 0;

    /// <summary>Returns once the bytes are on the disk; whoever calls flushes the directory.</summary>
    /// <exception cref="IOException">There is such a file already, or it cannot be written.</exception>
    public static void Create(string path, ReadOnlySpan<byte> content)
    {
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = OnlyOwner;
        }
        using var file = new FileStream(path, how);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }
}
