using System.Text.Json;

namespace Assay.Cli.Monitoring;

/// <summary>What a leaf of such a log may be: a commitment, or a signed statement as Rekor would keep it. Nothing else, so nothing readable can be smuggled in.</summary>
internal static class LeafShape
{
    private const int CommitmentLength = 64;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>The leaf's kind, or null for something else.</summary>
    public static string? KindOf(ReadOnlyMemory<byte> leaf)
    {
        try
        {
            var root = JsonElement.Parse(leaf.Span, Options);
            var kind = root.GetProperty("kind").GetString();
            return IsCommitment(root) || kind == "dsse" && IsStatement(root) ? kind : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static bool IsCommitment(JsonElement root) =>
        root.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal).SequenceEqual(["commitment", "kind"])
        && root.GetProperty("commitment").GetString() is { Length: CommitmentLength } hex && hex.All(char.IsAsciiHexDigitLower);

    private static bool IsStatement(JsonElement root) =>
        root.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal).SequenceEqual(["apiVersion", "kind", "spec"])
        && root.GetProperty("apiVersion").GetString() == "0.0.1" && root.GetProperty("spec") is var spec
        && spec.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal).SequenceEqual(["envelopeHash", "payloadHash", "signatures"])
        && spec.GetProperty("signatures").GetArrayLength() == 1;
}
