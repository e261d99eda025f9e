namespace Assay.Server.Signing;

/// <summary>Files that nobody else may read.</summary>
internal static class PrivateFile
{
    public const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static bool IsOpenToOthers(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OnlyOwner) != 0;
}
