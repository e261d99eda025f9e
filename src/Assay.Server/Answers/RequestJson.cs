using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Server.Answers;

/// <summary>Reads a small JSON body within a limit; publish documents are streamed elsewhere.</summary>
internal static class RequestJson
{
    public const int MaximumBytes = 256 * 1024;

    private const int MaximumDepth = 32;

    /// <summary>The parsed body (null for an empty one or JSON null), or the answer that says what is wrong with it.</summary>
    public static Task<(JsonNode? Body, JsonAnswer? Problem)> ReadAsync(HttpRequest request, CancellationToken cancellationToken) =>
        ReadAsync(request, MaximumBytes, cancellationToken);

    /// <summary>The same with another limit.</summary>
    public static async Task<(JsonNode? Body, JsonAnswer? Problem)> ReadAsync(HttpRequest request, int maximumBytes, CancellationToken cancellationToken)
    {
        var bytes = await ReadBytesAsync(request.Body, maximumBytes, cancellationToken);
        if (bytes is null)
        {
            return (null, NpmError.TooLarge($"The request body is larger than the {maximumBytes} bytes allowed here."));
        }
        if (bytes.Length == 0)
        {
            return (null, null);
        }
        try
        {
            return (StrictJson.Parse(bytes, MaximumDepth), null);
        }
        catch (JsonException)
        {
            return (null, NpmError.BadRequest("The request body is not valid JSON.", "malformed-json"));
        }
    }

    private static async Task<byte[]?> ReadBytesAsync(Stream body, int maximumBytes, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        while (await body.ReadAsync(chunk, cancellationToken) is > 0 and var read)
        {
            if (buffer.Length + read > maximumBytes)
            {
                return null;
            }
            buffer.Write(chunk, 0, read);
        }
        return buffer.ToArray();
    }
}
