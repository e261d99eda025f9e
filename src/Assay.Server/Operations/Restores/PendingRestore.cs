using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;

namespace Assay.Server.Operations;

/// <summary>
/// That what lies in a data directory was restored, and that the registry does not know it yet. The first start on it sees to that before anything is served, also
/// when the database had to be migrated in between.
/// </summary>
internal sealed record PendingRestore(string Id, string From, string? Checkpoint)
{
    private const string FileName = "restored.json";
    private const int IdBytes = 8;

    public static PendingRestore New(string from, string? checkpoint) => new(RandomNumberGenerator.GetHexString(2 * IdBytes, lowercase: true), from, checkpoint);

    public static string FileIn(string directory) => Path.Combine(directory, FileName);

    public async Task WriteAsync(RestoreTarget target, CancellationToken cancellationToken)
    {
        var json = new JsonObject { ["id"] = Id, ["from"] = From, ["checkpoint"] = Checkpoint };
        await target.WriteAsync(FileName, new MemoryStream(Encoding.UTF8.GetBytes(json.ToJsonString())), cancellationToken);
    }

    public static async Task<PendingRestore?> ReadAsync(string directory, CancellationToken cancellationToken)
    {
        var file = FileIn(directory);
        if (!File.Exists(file))
        {
            return null;
        }
        var json = Parse(await File.ReadAllTextAsync(file, cancellationToken));
        return json?.Text("id") is { } id && json.Text("from") is { } from
            ? new PendingRestore(id, from, json.Text("checkpoint"))
            : throw new StartRefused($"{file} cannot be read. It says that this data was restored; restore it again into another directory.");
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static void Done(string directory)
    {
        File.Delete(FileIn(directory));
        DurableDirectory.Flush(directory);
    }
}
