using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Provenance.Tuf;

/// <summary>JSON as it stands in files: indented, for the operators who look, and the same bytes on every system.</summary>
internal static class JsonFile
{
    // No page ever holds these files, and base64 has plus signs.
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static byte[] Write(JsonNode value)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Options))
        {
            value.WriteTo(writer);
        }
        return [.. bytes.WrittenSpan, (byte)'\n'];
    }
}
