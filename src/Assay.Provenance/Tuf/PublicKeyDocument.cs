using System.Globalization;
using System.Text.Json.Nodes;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Provenance.Tuf;

/// <summary>A P-256 key with the time it counts for, as Sigstore's documents have it.</summary>
internal static class PublicKeyDocument
{
    /// <summary>For what is compared with times of a log, which are whole seconds: a log must count in the whole second it began in.</summary>
    public const string Seconds = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>For what is compared with the times of packuments.</summary>
    public const string Milliseconds = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static JsonObject Write(ReadOnlyMemory<byte> subjectPublicKeyInfo, ValidityWindow validFor, string times) => new()
    {
        ["rawBytes"] = Convert.ToBase64String(subjectPublicKeyInfo.Span),
        ["keyDetails"] = "PKIX_ECDSA_P256_SHA_256",
        ["validFor"] = Write(validFor, times),
    };

    private static JsonObject Write(ValidityWindow validFor, string times)
    {
        var window = new JsonObject();
        if (validFor.Start is { } start)
        {
            window["start"] = start.UtcDateTime.ToString(times, CultureInfo.InvariantCulture);
        }
        if (validFor.End is { } end)
        {
            window["end"] = end.UtcDateTime.ToString(times, CultureInfo.InvariantCulture);
        }
        return window;
    }
}
