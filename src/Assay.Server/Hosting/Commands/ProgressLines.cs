using System.Text;
using System.Text.Json.Nodes;

namespace Assay.Server.Hosting.Commands;

/// <summary>Shows how far the work is, on standard error: a bar that is drawn anew on a terminal, a line now and then elsewhere.</summary>
internal static class ProgressLines
{
    private const int BarWidth = 30;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Reads to the end; returns what came last.</summary>
    public static async Task<JsonObject> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var (isTerminal, shown) = (!Console.IsErrorRedirected, TimeProvider.System.GetTimestamp());
        JsonObject? last = null;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            last = JsonNode.Parse(line) as JsonObject;
            if (last?["unit"] is not null && (isTerminal || TimeProvider.System.GetElapsedTime(shown) >= Pause))
            {
                shown = TimeProvider.System.GetTimestamp();
                Console.Error.Write(isTerminal ? $"\r{Text(last)}\u001b[K" : $"{Text(last)}\n");
            }
        }
        if (isTerminal)
        {
            Console.Error.Write("\r\u001b[K");
        }
        return last is not null && last["unit"] is null ? last : throw new IOException("The work ended without a result.");
    }

    private static string Text(JsonObject progress)
    {
        var (done, unit) = (progress["done"]!.GetValue<long>(), progress["unit"]!.GetValue<string>());
        if (progress["of"]?.GetValue<long>() is not { } all || all == 0)
        {
            return $"{done:N0} {unit}";
        }
        var filled = (int)(BarWidth * Math.Min(done, all) / all);
        return $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] {done:N0} of {all:N0} {unit}";
    }
}
