using System.Diagnostics;

namespace Assay.EndToEnd.Harness;

/// <summary>A finished command: its exit code and what it printed.</summary>
internal sealed record Finished(string Line, int ExitCode, string Output, string Errors)
{
    public string Printed => Output + Errors;

    public Finished ShouldSucceed()
    {
        Assert.True(ExitCode == 0, $"{Line} ended with {ExitCode}:\n{Printed}");

        return this;
    }
}

internal static class Command
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Runs to the end. With an environment given, the process sees it and nothing of ours but the path.</summary>
    public static async Task<Finished> RunAsync(
        string file,
        IEnumerable<string> arguments,
        string folder,
        IReadOnlyDictionary<string, string>? environment = null,
        string? input = null)
    {
        using var process = new Process { StartInfo = Describe(file, arguments, folder, environment) };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();

        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new Finished($"{Path.GetFileName(file)} {string.Join(' ', process.StartInfo.ArgumentList)}", process.ExitCode, await output, await errors);
    }

    public static ProcessStartInfo Describe(
        string file, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        if (environment is not null)
        {
            var path = start.Environment["PATH"];
            start.Environment.Clear();
            start.Environment["PATH"] = path;

            foreach (var (name, value) in environment)
            {
                start.Environment[name] = value;
            }
        }

        return start;
    }
}
