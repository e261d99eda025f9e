using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Server.Answers;

/// <summary>A small JSON answer, written whole with its length. Nothing that carries a secret or an error may be cached.</summary>
internal sealed class JsonAnswer(int status, JsonNode? body) : IResult
{
    // Answers are read by people in terminals, where `\u0060` in place of a quote is noise; they are JSON, never markup.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public int Status => status;

    /// <summary>The stable code of an error; empty for what is none.</summary>
    public string Code => (body as JsonObject)?.Text("code") ?? "";

    /// <summary>The members of the body, for an answer that says more; null when it has none.</summary>
    public JsonObject? Members => body as JsonObject;

    public string? Notice { get; init; }

    /// <summary>Makes clients ask for a one-time password and send the request again: <c>www-authenticate: OTP</c>.</summary>
    public bool AsksForCode { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Set for facts that a client may revalidate; otherwise the answer is not stored anywhere.</summary>
    public string CacheControl { get; init; } = "no-store";

    public static JsonAnswer Ok(JsonNode? body) => new(StatusCodes.Status200OK, body);

    public static JsonAnswer Created(JsonNode? body) => new(StatusCodes.Status201Created, body);

    /// <summary>What an operator's command prints.</summary>
    public static JsonAnswer Lines(params IEnumerable<string> lines) =>
        Ok(new JsonObject { ["lines"] = new JsonArray([.. lines.Select(line => JsonValue.Create(line))]) });

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var bytes = Utf8(body);
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = bytes.Length;
        response.Headers.CacheControl = CacheControl;
        if (Notice is not null)
        {
            response.Headers["npm-notice"] = Notice;
        }
        if (AsksForCode)
        {
            response.Headers.WWWAuthenticate = "OTP";
        }
        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString();
        }
        if (!HttpMethods.IsHead(httpContext.Request.Method))
        {
            await response.Body.WriteAsync(bytes, httpContext.RequestAborted);
        }
    }

    private static ReadOnlyMemory<byte> Utf8(JsonNode? body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            if (body is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                body.WriteTo(writer);
            }
        }
        return buffer.WrittenMemory;
    }
}
