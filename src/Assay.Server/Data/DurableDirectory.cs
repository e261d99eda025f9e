using System.Runtime.InteropServices;

namespace Assay.Server.Data;

/// <summary>Flushes a directory, without which a rename may be lost with the power although the file's bytes were flushed.</summary>
internal static partial class DurableDirectory
{
    private const int ReadOnly = 0;

    public static void Flush(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        var descriptor = Open(path, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"Cannot open the directory {path} to flush it (error {Marshal.GetLastPInvokeError()}).");
        }
        try
        {
            if (Synchronise(descriptor) != 0)
            {
                throw new IOException($"Cannot flush the directory {path} (error {Marshal.GetLastPInvokeError()}).");
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronise(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
