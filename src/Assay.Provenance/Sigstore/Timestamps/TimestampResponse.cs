using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;

namespace Assay.Provenance.Sigstore.Timestamps;

/// <summary>The answer of a timestamp authority (RFC 3161 2.4.2): a status and, when it was granted, the token.</summary>
internal static class TimestampResponse
{
    public static Rfc3161TimestampToken? Token(byte[] response)
    {
        try
        {
            var outer = new AsnReader(response, AsnEncodingRules.BER);
            var body = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            if (body.ReadSequence().ReadInteger() > BigInteger.One)
            {
                return null;
            }
            var encoded = body.ReadEncodedValue();
            body.ThrowIfNotEmpty();
            return Rfc3161TimestampToken.TryDecode(encoded, out var token, out var read) && read == encoded.Length ? token : null;
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException)
        {
            return null;
        }
    }
}
