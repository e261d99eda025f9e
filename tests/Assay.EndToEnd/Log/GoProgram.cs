using System.Diagnostics;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Log;

/// <summary>One of the Go programs beside this file, built into a test's folder.</summary>
internal sealed class GoProgram
{
    private readonly string file;

    private GoProgram(string file) => this.file = file;

    // Debian has Go's packages as sources, where the ways of before modules find them without a network.
    public static async Task<GoProgram> BuildAsync(string name, TemporaryFolder folder)
    {
        var environment = new Dictionary<string, string>
        {
            ["GO111MODULE"] = "off",
            ["GOPATH"] = "/usr/share/gocode",
            ["GOCACHE"] = Path.Combine(Checkout.Root, "artifacts", "go-cache"),
        };
        var (sources, built) = (Path.Combine(Checkout.Root, "tests", "Assay.EndToEnd", "Log"), Path.Combine(folder.Sub("bin"), name));
        (await Command.RunAsync("go", ["build", "-o", built, "tree.go", $"{name}.go"], sources, environment)).ShouldSucceed();
        return new GoProgram(built);
    }

    public Task<Finished> RunAsync(string? input, params string[] arguments) =>
        Command.RunAsync(file, arguments, Path.GetTempPath(), input: input);

    /// <summary>Runs until it is ended. It reads nothing.</summary>
    public Process Start(params string[] arguments)
    {
        var process = new Process { StartInfo = Command.Describe(file, arguments, Path.GetTempPath()) };
        process.Start();
        // What nobody reads would fill up, and it would wait.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
