using System.Collections.Concurrent;
using System.Diagnostics;
using Assay.Server.Tests.Fixtures;

namespace Assay.EndToEnd.Harness;

/// <summary>The real server as a process on a port and data directory of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<string> log;

    private ServerProcess(Process process, ConcurrentQueue<string> log, Uri url, string data)
    {
        this.process = process;
        this.log = log;
        Url = url;
        Data = data;
    }

    public Uri Url { get; }

    public string Data { get; }

    public string Log => string.Join('\n', log);

    /// <summary>Starts on a free port, or on the one of an earlier start, and answers when the server does.</summary>
    public static async Task<ServerProcess> StartAsync(string data, Uri? url = null, params string[] options)
    {
        url ??= new Uri($"http://localhost:{FreePort.Next()}/");
        string[] arguments = [Checkout.ServerAssembly, "--urls", url.GetLeftPart(UriPartial.Authority), "--data", data, .. options];
        var log = new ConcurrentQueue<string>();
        var process = new Process { StartInfo = Command.Describe("dotnet", arguments, data) };
        process.OutputDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new ServerProcess(process, log, url, data);
        await server.WaitUntilItAnswersAsync();

        return server;
    }

    /// <summary>Runs an operator's command on this server's data directory, beside the running server.</summary>
    public Task<Finished> AdminAsync(string? input, params string[] arguments) => OperateAsync(input, ["admin", .. arguments]);

    /// <summary>Any of its commands but the server itself.</summary>
    public Task<Finished> OperateAsync(string? input, params string[] arguments) =>
        Command.RunAsync("dotnet", [Checkout.ServerAssembly, .. arguments, "--data", Data], Data, input: input);

    /// <summary>Runs one of the commands beside <c>admin</c> on this server's data directory: <c>backup</c>, <c>verify</c>.</summary>
    public async Task<Finished> RunAsync(params string[] arguments) =>
        await Command.RunAsync("dotnet", [Checkout.ServerAssembly, .. arguments, "--data", Data], Data);

    /// <summary>kill -9: no chance to finish anything.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>What a service manager does: SIGTERM, and time to finish.</summary>
    public async Task<int> StopAsync()
    {
        await Command.RunAsync("kill", ["-TERM", process.Id.ToString()], "/");
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(90));

        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
    }

    private async Task WaitUntilItAnswersAsync()
    {
        using var registry = new RegistryClient(Url);
        var started = Stopwatch.GetTimestamp();

        while (!await registry.IsUpAsync())
        {
            var why = process.HasExited ? $"ended with {process.ExitCode}"
                : Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(60) ? "does not answer"
                : null;

            if (why is not null)
            {
                await DisposeAsync();
                Assert.Fail($"The server {why}:\n{Log}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }
    }
}
