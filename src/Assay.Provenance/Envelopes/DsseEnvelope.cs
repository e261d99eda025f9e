using System.Text.Json.Nodes;

namespace Assay.Provenance.Envelopes;

/// <summary>A DSSE envelope with its one signature. Whether the signature is good, and whose it is, is for others to say.</summary>
public sealed record DsseEnvelope(string PayloadType, ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte> Signature, string KeyId)
{
    /// <summary>The payload type of in-toto statements.</summary>
    public const string StatementType = "application/vnd.in-toto+json";

    /// <summary>Signs a statement; <paramref name="sign"/> is given what the signature covers.</summary>
    public static DsseEnvelope Sign(ReadOnlyMemory<byte> statement, string keyId, Func<ReadOnlyMemory<byte>, byte[]> sign)
    {
        ArgumentException.ThrowIfNullOrEmpty(keyId);
        ArgumentNullException.ThrowIfNull(sign);
        return new DsseEnvelope(StatementType, statement, sign(PreAuthenticationEncoding.Of(StatementType, statement.Span)), keyId);
    }

    /// <summary>What the signature covers.</summary>
    public byte[] SignedBytes() => PreAuthenticationEncoding.Of(PayloadType, Payload.Span);

    /// <summary>The envelope's JSON, always the same bytes: the log's entry has their hash.</summary>
    public byte[] ToBytes() => CanonicalJson.Write(ToJson());

    internal JsonObject ToJson() => new()
    {
        ["payload"] = Convert.ToBase64String(Payload.Span),
        ["payloadType"] = PayloadType,
        ["signatures"] = new JsonArray(new JsonObject { ["keyid"] = KeyId, ["sig"] = Convert.ToBase64String(Signature.Span) }),
    };
}
