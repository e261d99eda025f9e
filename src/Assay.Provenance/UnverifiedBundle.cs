using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Provenance;

/// <summary>
/// What a Sigstore bundle attached to a publish says it is about. Nothing of it is verified: it serves to refuse in words that help, never to
/// store or to show.
/// </summary>
public sealed record UnverifiedBundle
{
    private const string BundleType = "application/vnd.dev.sigstore.bundle";
    private const string StatementType = "application/vnd.in-toto+json";

    private UnverifiedBundle(string mediaType, string subject)
    {
        MediaType = mediaType;
        Subject = subject;
    }

    /// <summary>E.g. <c>application/vnd.dev.sigstore.bundle.v0.3+json</c>.</summary>
    public string MediaType { get; }

    /// <summary>The package URL of the statement's only subject.</summary>
    public string Subject { get; }

    /// <summary>Reads a bundle with a DSSE envelope around an in-toto statement about one subject (bundle v0.1 to v0.3).</summary>
    public static bool TryRead(string json, [NotNullWhen(true)] out UnverifiedBundle? bundle)
    {
        bundle = null;
        var root = Parse(json);
        if (Text(root, "mediaType") is not { } mediaType || !mediaType.StartsWith(BundleType, StringComparison.Ordinal)
            || root?["dsseEnvelope"] is not JsonObject envelope || Text(envelope, "payloadType") != StatementType
            || Text(envelope, "payload") is not { } payload || Decode(payload) is not { } statement)
        {
            return false;
        }
        bundle = statement["subject"] is JsonArray { Count: 1 } subjects && subjects[0] is JsonObject only && Text(only, "name") is { } name
            ? new UnverifiedBundle(mediaType, name)
            : null;
        return bundle is not null;
    }

    private static JsonObject? Decode(string payload)
    {
        var bytes = new byte[payload.Length];
        return Convert.TryFromBase64String(payload, bytes, out var length) ? Parse(System.Text.Encoding.UTF8.GetString(bytes, 0, length)) : null;
    }

    private static JsonObject? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonObject? body, string name) =>
        body?[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
