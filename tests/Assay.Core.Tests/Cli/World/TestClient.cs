using System.Diagnostics;
using Assay.Cli.Commands;
using Assay.Cli.Output;
using Assay.Core.Tests.Provenance;

namespace Assay.Core.Tests.Cli;

/// <summary>
/// The program in a folder of its own, with an environment and a clock of its own. With ASSAY_CLI it is the native binary there, which has the
/// machine's clock.
/// </summary>
internal sealed class TestClient : IDisposable
{
#pragma warning disable RS0030 // Whoever has built the binary says so for a whole run.
    private static readonly string? Binary = Environment.GetEnvironmentVariable("ASSAY_CLI");
#pragma warning restore RS0030

    public string Folder { get; } = Directory.CreateTempSubdirectory("assay-cli-").FullName;

    public Dictionary<string, string> Variables { get; } = [];

    public string StatePath => Path.Combine(Folder, "state", "assay", "logs.json");

    public string Write(string name, string text)
    {
        File.WriteAllText(Path.Combine(Folder, name), text);
        return name;
    }

    public async Task<Run> RunAsync(params string[] arguments)
    {
        if (Binary is not null)
        {
            return await RunBinaryAsync(Binary, arguments);
        }
        var (output, error) = (new StringWriter(), new StringWriter());
        var around = new Surroundings(output, error, false, Folder, Variable, new FixedClock());
        var code = await CommandLine.RunAsync(arguments, around);
        return new Run(code, $"{output}", $"{error}");
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private async Task<Run> RunBinaryAsync(string binary, string[] arguments)
    {
        var start = new ProcessStartInfo(binary, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["XDG_STATE_HOME"] = Variable("XDG_STATE_HOME");
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new Run((ExitCode)process.ExitCode, await output, await error);
    }

    private string? Variable(string name) => name == "XDG_STATE_HOME" ? Path.Combine(Folder, "state") : Variables.GetValueOrDefault(name);

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Bundles.Now;
    }
}

/// <summary>What came of running the program.</summary>
internal sealed record Run(ExitCode Code, string Output, string Error)
{
    public void ShouldBeGood() => Assert.True(Code is ExitCode.Good, $"{Code}\n{Output}\n{Error}");

    public void ShouldRefute(string text)
    {
        Assert.True(Code is ExitCode.Refuted, $"{Code}\n{Output}\n{Error}");
        Assert.Contains(text, Output + Error, StringComparison.Ordinal);
    }
}
