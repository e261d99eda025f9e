using System.Security.Cryptography;
using System.Text;

namespace Assay.Provenance.Log.Rekor;

/// <summary>
/// The leaf of a signed statement: the body that Sigstore's log writes for a DSSE envelope (kind <c>dsse</c>, version 0.0.1), so that stock
/// clients find in this log what they look for in that one.
/// </summary>
public static class RekorDsseEntry
{
    /// <param name="envelope">The envelope's JSON, as it was or would be handed in.</param>
    /// <param name="payload">What the envelope carries, decoded.</param>
    /// <param name="signature">The envelope's only signature.</param>
    /// <param name="publicKey">The signer's subject public key info.</param>
    /// <returns>Canonical JSON. It is hashed as it is, so clients must get these very bytes.</returns>
    public static byte[] Body(ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> publicKey)
    {
        var (envelopeHash, payloadHash, signed) = (Sha256(envelope), Sha256(payload), Signature(signature, publicKey));
        var spec = $$"""{"envelopeHash":{{envelopeHash}},"payloadHash":{{payloadHash}},"signatures":[{{signed}}]}""";
        return Encoding.ASCII.GetBytes($$"""{"apiVersion":"0.0.1","kind":"dsse","spec":{{spec}}}""");
    }

    // Digits and base64 need no escaping.
    private static string Sha256(ReadOnlySpan<byte> bytes) =>
        $$"""{"algorithm":"sha256","value":"{{Convert.ToHexStringLower(SHA256.HashData(bytes))}}"}""";

    private static string Signature(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> publicKey)
    {
        var verifier = Encoding.ASCII.GetBytes(PemEncoding.WriteString("PUBLIC KEY", publicKey) + "\n");
        return $$"""{"signature":"{{Convert.ToBase64String(signature)}}","verifier":"{{Convert.ToBase64String(verifier)}}"}""";
    }
}
