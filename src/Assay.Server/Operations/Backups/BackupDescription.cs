using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Server.Answers;

namespace Assay.Server.Operations;

/// <summary>How far the log was: its name, its leaves, its root hash.</summary>
internal sealed record LogMark(string Origin, long Size, string Root);

/// <summary>
/// What a backup says of itself, its first entry: what it was made of, and the mark, which is the checkpoint that the log had then. Every publish that was
/// acknowledged before the mark is in the backup.
/// </summary>
internal sealed record BackupDescription
{
    public const int CurrentFormat = 1;

    private const int LargestBytes = 1024 * 1024;

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The format of the database.</summary>
    public required IReadOnlyList<string> Migrations { get; init; }

    /// <summary>SHA-256 of the database, in hexadecimal.</summary>
    public required string Database { get; init; }
    public required LogMark Mark { get; init; }

    /// <summary>The checkpoint itself, as the log signed it.</summary>
    public required string Checkpoint { get; init; }

    public Stream ToStream() => new MemoryStream(Encoding.UTF8.GetBytes(ToJson().ToJsonString()));

    /// <summary>Null, and why, when it is not one that this Assay reads.</summary>
    public static async Task<(BackupDescription? Description, string? Problem)> ReadAsync(Stream content, CancellationToken cancellationToken)
    {
        if (content.Length > LargestBytes)
        {
            return (null, $"{ArchiveName.Description} is larger than one can be");
        }
        var bytes = new byte[content.Length];
        await content.ReadExactlyAsync(bytes, cancellationToken);
        return Parse(bytes) switch
        {
            null => (null, $"{ArchiveName.Description} cannot be read"),
            var json when json.Number("format") != CurrentFormat =>
                (null, $"it has format {json["format"]?.ToJsonString() ?? "0"}, and this Assay reads format {CurrentFormat}; restore it with the version that made it, or a newer one"),
            var json => TryRead(json, out var description) ? (description, null) : (null, $"{ArchiveName.Description} lacks what a backup says of itself"),
        };
    }

    private JsonObject ToJson() => new()
    {
        ["format"] = CurrentFormat,
        ["createdAt"] = JsonTime.Of(CreatedAt),
        ["migrations"] = new JsonArray([.. Migrations.Select(name => JsonValue.Create(name))]),
        ["database"] = Database,
        ["log"] = new JsonObject { ["origin"] = Mark.Origin, ["size"] = Mark.Size, ["root"] = Mark.Root },
        ["checkpoint"] = Checkpoint,
    };

    private static JsonObject? Parse(byte[] bytes)
    {
        try
        {
            return JsonNode.Parse(bytes) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool TryRead(JsonObject json, [NotNullWhen(true)] out BackupDescription? description)
    {
        description = DateTimeOffset.TryParse(json.Text("createdAt"), CultureInfo.InvariantCulture, out var at)
            && json.Texts("migrations") is { } migrations && json.Text("database") is { } database && json.Text("checkpoint") is { } checkpoint
            && MarkOf(json["log"] as JsonObject) is { } mark
            ? new BackupDescription { CreatedAt = at, Migrations = migrations, Database = database, Mark = mark, Checkpoint = checkpoint }
            : null;
        return description is not null;
    }

    private static LogMark? MarkOf(JsonObject? log) =>
        log?.Text("origin") is { } origin && log["size"] is JsonValue value && value.TryGetValue(out long size) && log.Text("root") is { } root
            ? new LogMark(origin, size, root)
            : null;
}
