using System.Text;

namespace Assay.Server.Data;

/// <summary>Files that nobody else may read.</summary>
internal static class PrivateFile
{
    public const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static bool IsOpenToOthers(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OnlyOwner) != 0;

    /// <summary>A new file with this text, whose bytes are on the disk when it returns. Its place is so once its directory is flushed.</summary>
    /// <exception cref="IOException">There is one already, or it cannot be written.</exception>
    public static void Write(string path, string text)
    {
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = OnlyOwner;
        }
        using var file = new FileStream(path, how);
        file.Write(Encoding.ASCII.GetBytes(text));
        file.Flush(flushToDisk: true);
    }
}
