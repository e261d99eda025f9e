using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;

namespace Assay.Server.Data;

internal sealed class DataDirectoryCheck(DataDirectory data, IOptions<DoctorOptions> options) : IDoctorCheck
{
    private const UnixFileMode Group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public string Subject => "data directory";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        foreach (var finding in Look(data.Path, options.Value))
        {
            yield return finding;
        }
    }

    /// <summary>Also without a server: a start that is refused may have its reason here.</summary>
    public static IEnumerable<Finding> Look(string path, DoctorOptions options) => [Privacy(path), Space(path, options.FreeSpaceBytes)];

    private static Finding Privacy(string path)
    {
        var mode = OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);
        if ((mode & Others) != 0)
        {
            return Finding.Failed($"Everybody on this machine may look into the data directory {path}", $"Run: chmod 700 {path}");
        }
        return (mode & Group) != 0
            ? Finding.Warning($"The data directory {path} is open to its group", $"Unless that is meant, run: chmod 700 {path}")
            : Finding.Ok($"Only this user may look into the data directory {path}");
    }

    private static Finding Space(string path, long wanted)
    {
        var free = new DriveInfo(path).AvailableFreeSpace;
        var text = $"The data directory's disk has {Megabytes(free):N0} MB free";
        return free >= wanted
            ? Finding.Ok(text)
            : Finding.Warning(
                $"{text}, less than {Megabytes(wanted):N0} MB (Assay:Doctor:FreeSpaceBytes)",
                "Make room, or move the data to a larger disk; on a full one nothing is published");
    }

    private static long Megabytes(long bytes) => bytes / (1024 * 1024);
}
