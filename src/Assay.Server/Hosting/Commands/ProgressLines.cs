using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Server.Answers;

namespace Assay.Server.Hosting.Commands;

/// <summary>Reads the answer of long work, and shows how far it is.</summary>
internal static class ProgressLines
{
    /// <summary>Reads to the end; returns what came last.</summary>
    /// <exception cref="IOException">The connection ended before the result was there.</exception>
    public static async Task<JsonObject> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        using var bar = new ProgressBar();
        JsonObject? last = null;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            last = Parse(line);
            if (last?["unit"] is { } unit)
            {
                bar.Report(new Progress(last["done"]!.GetValue<long>(), last["of"]?.GetValue<long>(), unit.GetValue<string>()));
            }
        }
        return last is not null && last["unit"] is null ? last : throw new IOException("The work ended without a result.");
    }

    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException half)
        {
            throw new IOException("The connection ended in the middle of a line.", half);
        }
    }
}
