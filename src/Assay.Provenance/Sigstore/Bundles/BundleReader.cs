using Assay.Provenance.Envelopes;

namespace Assay.Provenance.Sigstore.Bundles;

/// <summary>The shape of a bundle. Everything that is wrong here is wrong without looking at a key.</summary>
internal static class BundleReader
{
    public static UnverifiedBundle Read(ProtoObject root)
    {
        var mediaType = root.Text("mediaType");
        if (!BundleMediaTypes.Known.TryGetValue(mediaType, out var version))
        {
            throw new MalformedException("the media type is not known");
        }
        var material = root.Object("verificationMaterial");
        return new UnverifiedBundle(mediaType, version, ReadContent(root), ReadMaterial(material, version))
        {
            LogEntries = [.. material.Objects("tlogEntries", BundleLimits.Default.LogEntries).Select(LogEntryReader.Read)],
            Timestamps = ReadTimestamps(material),
        };
    }

    private static BundleContent ReadContent(ProtoObject root) =>
        (root.OptionalObject("dsseEnvelope"), root.OptionalObject("messageSignature")) switch
        {
            ({ } envelope, null) => new BundleContent.Envelope(ReadEnvelope(envelope)),
            (null, { } message) => ReadMessage(message),
            _ => throw new MalformedException("one envelope or one message signature is needed"),
        };

    private static DsseEnvelope ReadEnvelope(ProtoObject envelope)
    {
        if (envelope.Objects("signatures", 1) is not [var signature])
        {
            throw new MalformedException("the envelope needs one signature");
        }
        var dsse = new DsseEnvelope(
            envelope.Text("payloadType"), envelope.Bytes("payload"), NotEmpty(signature.Bytes("sig")), Hint(signature.Text("keyid")));
        return dsse.PayloadType == DsseEnvelope.StatementType ? dsse : throw new MalformedException("the payload is not an in-toto statement");
    }

    private static BundleContent.Message ReadMessage(ProtoObject message)
    {
        var digest = message.OptionalObject("messageDigest");
        return new BundleContent.Message(
            digest?.Text("algorithm") ?? "", digest?.Bytes("digest") ?? [], NotEmpty(message.Bytes("signature")));
    }

    private static BundleMaterial ReadMaterial(ProtoObject material, BundleVersion version) =>
        (material.OptionalObject("certificate"), material.OptionalObject("x509CertificateChain"), material.OptionalObject("publicKey")) switch
        {
            ({ } certificate, null, null) => new BundleMaterial.Certificate(NotEmpty(certificate.Bytes("rawBytes"))),
            (null, { } chain, null) when version < BundleVersion.V03 => new BundleMaterial.Certificate(Leaf(chain)),
            (null, null, { } key) => new BundleMaterial.Key(Hint(key.Text("hint"))),
            _ => throw new MalformedException("one certificate or one public key is needed"),
        };

    private static byte[] Leaf(ProtoObject chain)
    {
        var certificates = chain.Objects("certificates", BundleLimits.Default.Certificates);
        return certificates is [var leaf, ..] ? NotEmpty(leaf.Bytes("rawBytes")) : throw new MalformedException("the chain is empty");
    }

    private static IReadOnlyList<byte[]> ReadTimestamps(ProtoObject material) =>
        material.OptionalObject("timestampVerificationData") is { } data
            ? [.. data.Objects("rfc3161Timestamps", BundleLimits.Default.Timestamps).Select(token => NotEmpty(token.Bytes("signedTimestamp")))]
            : [];

    private static string Hint(string text) =>
        text.Length <= BundleLimits.Default.HintCharacters ? text : throw new MalformedException("a key id is too long");

    private static byte[] NotEmpty(byte[] bytes) => bytes.Length > 0 ? bytes : throw new MalformedException("bytes are missing");
}
