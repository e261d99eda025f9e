using System.Text;
using Assay.Provenance.Log.Notes;

namespace Assay.Provenance.Log.Rekor;

/// <summary>What a log's key signs to say when an entry came in (Sigstore's signed entry timestamp).</summary>
public static class RekorEntryTimestamp
{
    /// <summary>For an entry of our own log.</summary>
    public static byte[] Payload(ReadOnlySpan<byte> body, DateTimeOffset integratedTime, EcdsaNoteKey log, long index)
    {
        ArgumentNullException.ThrowIfNull(log);
        return Payload(body, integratedTime.ToUnixTimeSeconds(), log.LogId.Span, index);
    }

    /// <summary>
    /// Canonical JSON (RFC 8785), its members in this order. The log's id is in hexadecimal here, and in base64 in bundles; the index is over all
    /// shards, not the proof's.
    /// </summary>
    internal static byte[] Payload(ReadOnlySpan<byte> body, long integratedTime, ReadOnlySpan<byte> logId, long index)
    {
        var (text, id) = (Convert.ToBase64String(body), Convert.ToHexStringLower(logId));
        return Encoding.ASCII.GetBytes($$"""{"body":"{{text}}","integratedTime":{{integratedTime}},"logID":"{{id}}","logIndex":{{index}}}""");
    }
}
