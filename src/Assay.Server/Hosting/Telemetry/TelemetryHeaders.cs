using Assay.Server.Data;

namespace Assay.Server.Hosting.Telemetry;

/// <summary>What the collector wants to be shown, from a file that nobody else may read.</summary>
internal static class TelemetryHeaders
{
    private const string Key = $"{TelemetryOptions.Section}:{nameof(TelemetryOptions.HeadersFile)}";

    /// <summary>As the exporter takes them: <c>name=value</c>, escaped, parted by commas.</summary>
    /// <exception cref="StartRefused">The file cannot be used. Its contents are never repeated.</exception>
    public static string Read(TelemetryOptions options, string dataDirectory)
    {
        if (options.HeadersFile is not { Length: > 0 } name)
        {
            return "";
        }
        var file = Path.GetFullPath(name, dataDirectory);
        var lines = ReadLines(file);
        return string.Join(',', lines.Where(line => line.Trim().Length > 0).Select(line => Pair(line, file)));
    }

    private static string[] ReadLines(string file)
    {
        try
        {
            return !PrivateFile.IsOpenToOthers(file)
                ? File.ReadAllLines(file)
                : throw new StartRefused($"Wrong configuration value for {Key}: others may read {file}. Run: chmod 600 {file} - and if they may have, change what is in it.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartRefused($"Wrong configuration value for {Key}: {failure.Message}");
        }
    }

    private static string Pair(string line, string file) => line.Split(':', 2) is [var name, var value] && IsToken(name.Trim())
        ? $"{name.Trim()}={Uri.EscapeDataString(value.Trim())}"
        : throw new StartRefused($"Wrong configuration value for {Key}: a line of {file} is not a header like 'Authorization: Bearer …'.");

    private static bool IsToken(string name) => name.Length > 0 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');
}
