using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Assay.EndToEnd.Harness;

/// <summary>A running command that is answered as it asks: without a terminal, as by a script that drives it.</summary>
internal sealed class Conversation : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process process;
    private readonly StringBuilder printed = new();
    private readonly Task reading;

    private Conversation(Process process)
    {
        this.process = process;
        reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public string Printed
    {
        get
        {
            lock (printed)
            {
                return printed.ToString();
            }
        }
    }

    public static Conversation Start(
        string file, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment = null)
    {
        var process = new Process { StartInfo = Command.Describe(file, arguments, folder, environment) };
        process.Start();

        return new Conversation(process);
    }

    /// <summary>At a terminal of its own: util-linux's <c>script</c> makes one.</summary>
    public static Conversation StartAtTerminal(IEnumerable<string> command, string folder, IReadOnlyDictionary<string, string> environment) => Start(
        "script",
        ["--quiet", "--return", "--flush", "--command", string.Join(' ', command.Select(part => $"'{part.Replace("'", @"'\''", StringComparison.Ordinal)}'")), "/dev/null"],
        folder,
        environment);

    /// <summary>Waits until it has printed this; answers the first group of the pattern.</summary>
    public async Task<string> HearAsync(string pattern, TimeSpan? patience = null)
    {
        var since = Stopwatch.GetTimestamp();

        while (true)
        {
            if (Regex.Match(Printed, pattern) is { Success: true } match)
            {
                return match.Groups[^1].Value;
            }

            Assert.False(
                reading.IsCompleted || Stopwatch.GetElapsedTime(since) > (patience ?? Patience),
                $"Waited for {pattern} in vain:\n{Printed}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }
    }

    public async Task SayAsync(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
    }

    public Task TerminateAsync() => Command.RunAsync("kill", ["-TERM", process.Id.ToString()], "/");

    public async Task<Finished> EndAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Patience, TestContext.Current.CancellationToken);
        await reading;

        return new Finished(string.Join(' ', process.StartInfo.ArgumentList), process.ExitCode, Printed, "");
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        var buffer = new char[1024];

        while (await reader.ReadAsync(buffer) is var count and > 0)
        {
            lock (printed)
            {
                printed.Append(buffer, 0, count);
            }
        }
    }
}
