using System.Text.Json;

namespace Assay.Npm;

/// <summary>The descriptive members that the full document repeats from its latest version.</summary>
internal static class LatestMirror
{
    private static readonly string[] Mirrored =
        ["description", "author", "contributors", "bugs", "homepage", "keywords", "license", "repository"];

    /// <summary>Each member of a manifest that is mirrored, with its value as it stands there.</summary>
    public static List<(string Name, ReadOnlyMemory<byte> Value)> Of(ReadOnlyMemory<byte> fullJson)
    {
        List<(string, ReadOnlyMemory<byte>)> found = [];
        var reader = new Utf8JsonReader(fullJson.Span, new JsonReaderOptions { MaxDepth = DocumentPath.MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (Mirrored.Contains(name))
                found.Add((name, fullJson[start..(int)reader.BytesConsumed]));
        }

        return found;
    }
}
