using System.Text.Json;
using Assay.Provenance.Log.Notes;

namespace Assay.Cli.Registry;

/// <summary>A key of the log, and from when until when the registry says that it signs.</summary>
internal sealed record LogKey(NoteKey Key, DateTimeOffset? Since, DateTimeOffset? Until)
{
    public bool SignsAt(DateTimeOffset time) => Until is not { } until || time < until;
}

/// <summary>What a log says of itself. Nobody has vouched for it yet.</summary>
internal sealed record LogDescription(string Origin, IReadOnlyList<LogKey> Keys)
{
    public const int LongestAnswer = 1 << 20;

    public static LogDescription Read(JsonElement root) =>
        new(root.Text("origin"), [.. root.GetProperty("keys").EnumerateArray().Select(ReadKey)]);

    private static LogKey ReadKey(JsonElement entry) => NoteKey.TryParse(entry.Text("note"), out var key)
        ? new LogKey(key, entry.OptionalTime("since"), entry.OptionalTime("until"))
        : throw new FormatException("A key cannot be read.");
}
