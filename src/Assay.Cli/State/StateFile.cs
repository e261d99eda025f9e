using System.Text.Json;
using Assay.Cli.Output;

namespace Assay.Cli.State;

/// <summary>
/// Remembers logs between runs. Runs at once take turns by a lock file, and each replaces only what it has read: none undoes what another has
/// learned meanwhile.
/// </summary>
internal sealed class StateFile(string path)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public RememberedLog? Find(string registry) => ReadAll().Logs.GetValueOrDefault(registry);

    /// <summary>Writes, unless the file has another entry than the expected one by now; then that one is given back and nothing is written.</summary>
    public async Task<RememberedLog?> ReplaceAsync(string registry, RememberedLog? expected, RememberedLog next, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            await using var turn = await WaitAsync(cancellationToken);
            var all = ReadAll();
            var current = all.Logs.GetValueOrDefault(registry);
            if (!IsSame(current, expected))
            {
                return current;
            }
            all.Logs[registry] = next;
            await WriteAsync(all, cancellationToken);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandRefused(ExitCode.Usage, $"{Path} cannot be written ({exception.Message}). Give another place with --state FILE.");
        }
    }

    private RememberedLogs ReadAll()
    {
        try
        {
            return File.Exists(Path) && JsonSerializer.Deserialize(File.ReadAllBytes(Path), StateJson.Default.RememberedLogs) is { Version: 1 } all
                ? all
                : File.Exists(Path) ? throw new JsonException() : new RememberedLogs();
        }
        catch (JsonException)
        {
            // It is never begun anew by itself: somebody who can damage it could make every log look like a first one.
            throw new CommandRefused(ExitCode.Usage, $"{Path} cannot be read. Put it back from a copy, or remove it to begin anew with what the log shows then.");
        }
    }

    private async Task WriteAsync(RememberedLogs all, CancellationToken cancellationToken)
    {
        var beside = Path + ".new";
        await using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write))
        {
            await JsonSerializer.SerializeAsync(file, all, StateJson.Default.RememberedLogs, cancellationToken);
            file.Flush(flushToDisk: true);
        }
        File.Move(beside, Path, overwrite: true);
    }

    private async Task<FileStream> WaitAsync(CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
                return new FileStream(Path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (waited < Patience)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    private static bool IsSame(RememberedLog? one, RememberedLog? other) => one is null || other is null
        ? one is null && other is null
        : one.Origin == other.Origin && one.Head == other.Head && one.Read == other.Read && one.Keys.SequenceEqual(other.Keys);
}
