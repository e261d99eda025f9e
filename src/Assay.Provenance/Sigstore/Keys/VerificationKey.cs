using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Assay.Provenance.Keys;

namespace Assay.Provenance.Sigstore.Keys;

/// <summary>A public key with the one way of signing that it may be used for: the curve decides the hash, never the signature.</summary>
public sealed class VerificationKey
{
    private readonly byte[] spki;

    private VerificationKey(KeyAlgorithm algorithm, byte[] spki)
    {
        Algorithm = algorithm;
        this.spki = spki;
    }

    /// <summary>The key as X.509 writes it (SubjectPublicKeyInfo, DER).</summary>
    public ReadOnlySpan<byte> SubjectPublicKeyInfo => spki;

    internal KeyAlgorithm Algorithm { get; }

    /// <summary>Accepts ECDSA on P-256, P-384 and P-521, Ed25519, and RSA from 2048 bits.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> subjectPublicKeyInfo, [NotNullWhen(true)] out VerificationKey? key)
    {
        key = null;
        try
        {
            if (KeyAlgorithmReader.Read(subjectPublicKeyInfo) is { } algorithm)
            {
                key = new VerificationKey(algorithm, subjectPublicKeyInfo.ToArray());
                key = key.IsWellFormed() ? key : null;
            }
        }
        catch (CryptographicException)
        {
            key = null;
        }
        return key is not null;
    }

    /// <summary>Reads one <c>PUBLIC KEY</c> block.</summary>
    public static bool TryFromPem(string pem, [NotNullWhen(true)] out VerificationKey? key)
    {
        key = null;
        return PemBlock.Read(pem) is { Label: "PUBLIC KEY" } block && TryCreate(block.Der, out key);
    }

    internal static VerificationKey? FromPkcs1(ReadOnlySpan<byte> der)
    {
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportRSAPublicKey(der, out var read);
            return read == der.Length && TryCreate(rsa.ExportSubjectPublicKeyInfo(), out var key) ? key : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Whether this key signed the data. ECDSA signatures are in their DER form.</summary>
    public bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        switch (Algorithm)
        {
            case KeyAlgorithm.Ed25519:
                return Ed25519Signature.Verifies(Ed25519PublicKey.FromSubjectPublicKeyInfo(spki), data, signature);
            case KeyAlgorithm.Rsa:
                using (var rsa = ImportRsa())
                {
                    return rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
                }
            default:
                using (var ecdsa = ImportEcdsa())
                {
                    return ecdsa.VerifyData(data, signature, Hash(Algorithm), DSASignatureFormat.Rfc3279DerSequence);
                }
        }
    }

    /// <summary>The hash that goes with the key, or null where there is none of its own (Ed25519).</summary>
    internal static HashAlgorithmName Hash(KeyAlgorithm algorithm) => algorithm switch
    {
        KeyAlgorithm.EcdsaP384 => HashAlgorithmName.SHA384,
        KeyAlgorithm.EcdsaP521 => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };

    private bool IsWellFormed()
    {
        switch (Algorithm)
        {
            case KeyAlgorithm.Ed25519:
                return Ed25519PublicKey.FromSubjectPublicKeyInfo(spki) is not null;
            case KeyAlgorithm.Rsa:
                using (var rsa = ImportRsa())
                {
                    return rsa.KeySize >= 2048;
                }
            default:
                using (ImportEcdsa())
                {
                    return true;
                }
        }
    }

    private RSA ImportRsa()
    {
        var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(spki, out _);
        return rsa;
    }

    private ECDsa ImportEcdsa()
    {
        var ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(spki, out _);
        return ecdsa;
    }
}
