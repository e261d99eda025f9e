using System.Buffers;
using System.Text.Json.Nodes;

namespace Assay.Npm;

/// <summary>What clients say of their own tools; anything odd is left out, never refused.</summary>
internal static class PublisherFields
{
    // Lerna writes "lerna/10.1.1/node@v24.0.0+x64 (linux)".
    private const int MaxLength = 100;

    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,:;+-_/@()");

    public static PublisherDetails Read(JsonObject manifest) => new(
        Short(manifest["_nodeVersion"].AsText()), Short(manifest["_npmVersion"].AsText()), Commit(manifest["gitHead"].AsText()));

    private static string? Short(string? text) =>
        text is { Length: > 0 and <= MaxLength } && !text.AsSpan().ContainsAnyExcept(Plain) ? text : null;

    private static string? Commit(string? text) => text is { Length: 40 or 64 } && text.All(char.IsAsciiHexDigitLower) ? text : null;
}
