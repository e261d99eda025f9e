using System.Globalization;
using System.Text.Json;

namespace Assay.Server.Upstream.Advisories.Osv;

/// <summary>What one OSV document says of npm packages (ossf.github.io/osv-schema).</summary>
internal sealed record OsvAdvisory(string Id, DateTimeOffset Modified, bool IsWithdrawn)
{
    /// <summary>The vulnerable versions of each package.</summary>
    public required IReadOnlyDictionary<string, string> Ranges { get; init; }

    /// <summary>What clients are told besides.</summary>
    public required string Json { get; init; }
}

/// <summary>What could be read of a document, and what could not. Without an advisory nothing could, or it is not about npm.</summary>
internal sealed record OsvReading(OsvAdvisory? Advisory, IReadOnlyList<string> Problems)
{
    private const int LongestId = 128;

    public static OsvReading Of(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Of(document.RootElement);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return Bad("is not JSON");
        }
    }

    private static OsvReading Of(JsonElement root)
    {
        if (root.ValueKind is not JsonValueKind.Object || root.Text("id") is not { Length: > 0 and <= LongestId } id || !id.All(char.IsAsciiLetterOrDigit, '-', '_', '.'))
        {
            return Bad("has no id");
        }
        if (!DateTimeOffset.TryParse(root.Text("modified"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var modified))
        {
            return Bad($"{id} does not say when it was modified");
        }
        List<string> problems = [];
        var ranges = OsvAffected.Read(root, problem => problems.Add($"{id} {problem}"));
        return new OsvReading(
            new OsvAdvisory(id, modified, root.Text("withdrawn") is not null) { Ranges = ranges, Json = OsvShown.Json(id, root).ToJsonString() }, problems);
    }

    private static OsvReading Bad(string problem) => new(null, [problem]);
}
