using System.Diagnostics;

namespace Assay.Server.Tests.Fixtures;

/// <summary>How a run of the server program ended.</summary>
internal sealed record Ended(int ExitCode, string Output, string Error);

/// <summary>The server as a process of its own, for what only a process shows: exit codes, what it prints, who holds what.</summary>
internal sealed class ServerProgram : IAsyncDisposable
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "Assay.Server.dll");

    private readonly Process process;

    private ServerProgram(Process process, Uri url, string data, string greeting)
    {
        this.process = process;
        Url = url;
        Data = data;
        Greeting = greeting;
    }

    public Uri Url { get; }

    public string Data { get; }

    /// <summary>What it printed until it was ready.</summary>
    public string Greeting { get; }

    /// <summary>Runs the program to its end.</summary>
    public static async Task<Ended> RunAsync(IEnumerable<string> arguments, string? input = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Start(arguments, environment);
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException)
        {
            process.Kill();
            Assert.Fail($"It did not end: {await output} {await error}");
        }
        return new Ended(process.ExitCode, await output, await error);
    }

    /// <summary>Starts a server and returns when it said all that it has to say.</summary>
    public static async Task<ServerProgram> ServeAsync(string data, string? urls = null, params string[] options)
    {
        var url = new Uri($"http://localhost:{FreePort.Next()}/");
        var process = Start(["--data", data, "--urls", urls ?? url.GetLeftPart(UriPartial.Authority), .. options]);
        var greeting = new System.Text.StringBuilder();
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) is { } line)
        {
            greeting.AppendLine(line);
            if (line.Contains("npm trust", StringComparison.Ordinal))
            {
                return new ServerProgram(process, url, data, greeting.ToString());
            }
        }
        throw new InvalidOperationException($"The server does not start: {greeting} {await process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>The most memory it ever had resident, in bytes.</summary>
    public long PeakMemory()
    {
        process.Refresh();
        return process.PeakWorkingSet64;
    }

    /// <summary>The libraries in its memory.</summary>
    public IReadOnlySet<string> LoadedFiles() => File.ReadLines($"/proc/{process.Id}/maps")
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1])
        .Where(file => file.EndsWith(".dll", StringComparison.Ordinal))
        .ToHashSet(StringComparer.Ordinal);

    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }
        process.Dispose();
    }

    private static Process Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }
        return Process.Start(start)!;
    }
}
