using System.Buffers;
using System.Text;
using System.Text.Json;
using Assay.Cli.Logs;
using Assay.Provenance.Log.Notes;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Cli.Verifying;

/// <summary>The registry's log as the one log to believe, for bundles that the registry signs itself.</summary>
internal static class RegistryLogRoot
{
    public static TrustedRoot Of(LogTrust trust)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("mediaType", "application/vnd.dev.sigstore.trustedroot+json;version=0.1");
            json.WriteStartArray("tlogs");
            foreach (var key in trust.Keys)
            {
                if (key.Key is EcdsaNoteKey ecdsa)
                {
                    Write(json, trust.Origin, ecdsa, key.Since ?? DateTimeOffset.UnixEpoch, key.Until);
                }
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return TrustedRoot.TryParse(Encoding.UTF8.GetString(output.WrittenSpan), out var root)
            ? root
            : throw new InvalidOperationException("A root of known keys cannot be read.");
    }

    private static void Write(Utf8JsonWriter json, string origin, EcdsaNoteKey key, DateTimeOffset since, DateTimeOffset? until)
    {
        json.WriteStartObject();
        json.WriteString("baseUrl", $"https://{origin}");
        json.WriteString("hashAlgorithm", "SHA2_256");
        json.WriteStartObject("publicKey");
        json.WriteBase64String("rawBytes", key.SubjectPublicKeyInfo.Span);
        json.WriteString("keyDetails", "PKIX_ECDSA_P256_SHA_256");
        json.WriteStartObject("validFor");
        json.WriteString("start", since);
        if (until is { } end)
        {
            json.WriteString("end", end);
        }
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("logId");
        json.WriteBase64String("keyId", key.LogId.Span);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
