using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Assay.Provenance.Sigstore.Keys;

internal enum KeyAlgorithm
{
    EcdsaP256,
    EcdsaP384,
    EcdsaP521,
    Ed25519,
    Rsa,
}

/// <summary>What kind of key a SubjectPublicKeyInfo holds (RFC 5280 4.1.2.7).</summary>
internal static class KeyAlgorithmReader
{
    /// <exception cref="CryptographicException">It is no SubjectPublicKeyInfo.</exception>
    public static KeyAlgorithm? Read(ReadOnlySpan<byte> spki)
    {
        try
        {
            var outer = new AsnReader(spki.ToArray(), AsnEncodingRules.DER);
            var algorithm = outer.ReadSequence().ReadSequence();
            outer.ThrowIfNotEmpty();
            return algorithm.ReadObjectIdentifier() switch
            {
                "1.2.840.10045.2.1" => Curve(algorithm.ReadObjectIdentifier()),
                "1.2.840.113549.1.1.1" => KeyAlgorithm.Rsa,
                "1.3.101.112" => KeyAlgorithm.Ed25519,
                _ => null,
            };
        }
        catch (AsnContentException exception)
        {
            throw new CryptographicException("It is no public key.", exception);
        }
    }

    private static KeyAlgorithm? Curve(string identifier) => identifier switch
    {
        "1.2.840.10045.3.1.7" => KeyAlgorithm.EcdsaP256,
        "1.3.132.0.34" => KeyAlgorithm.EcdsaP384,
        "1.3.132.0.35" => KeyAlgorithm.EcdsaP521,
        _ => null,
    };
}
