using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Assay.Bench;

/// <summary>One run of wrk. Requests that failed are an error, not a figure.</summary>
internal static partial class Wrk
{
    /// <summary>The same request again and again; requests a second.</summary>
    public static Task<double> RepeatAsync(Uri url, int connections, TimeSpan duration, params string[] headers) =>
        RunAsync(["-t1", $"-c{connections}", $"-d{duration.TotalSeconds:0}s", "--timeout", "30s", .. headers.SelectMany(header => new[] { "-H", header }), url.AbsoluteUri]);

    /// <summary>A request a line of the file; with <paramref name="once"/> none of them twice. Requests a second.</summary>
    public static Task<double> LinesAsync(Uri url, int connections, TimeSpan duration, string method, string file, bool once) =>
        RunAsync([
            "-t1", $"-c{connections}", $"-d{duration.TotalSeconds:0}s", "--timeout", "30s",
            "-s", Path.Combine(AppContext.BaseDirectory, "Lua", "lines.lua"), url.AbsoluteUri, "--", method, file, once ? "once" : "again",
        ]);

    private static async Task<double> RunAsync(IEnumerable<string> arguments)
    {
        using var wrk = Process.Start(new ProcessStartInfo("wrk", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException("wrk could not be started.");
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        if (wrk.ExitCode != 0 || output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"wrk: {output}{await wrk.StandardError.ReadToEndAsync()}");
        }
        return double.Parse(Rate().Match(output).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex Rate();
}
