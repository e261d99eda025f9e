using System.Text;

namespace Assay.Provenance.Envelopes;

/// <summary>
/// What a DSSE signature covers (DSSE v1, "PAE"): type and payload, each with its length, so that neither can be read as the other.
/// </summary>
public static class PreAuthenticationEncoding
{
    /// <summary>The bytes to sign or to verify.</summary>
    public static byte[] Of(string payloadType, ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(payloadType);
        var head = Encoding.UTF8.GetBytes($"DSSEv1 {Encoding.UTF8.GetByteCount(payloadType)} {payloadType} {payload.Length} ");
        return [.. head, .. payload];
    }
}
