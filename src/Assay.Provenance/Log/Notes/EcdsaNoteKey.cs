using System.Security.Cryptography;

namespace Assay.Provenance.Log.Notes;

/// <summary>
/// ECDSA P-256 over the SHA-256 of the note's text, in DER, as Sigstore's logs sign: the id is the beginning of the log's id there, and does
/// not depend on the name.
/// </summary>
public sealed class EcdsaNoteKey : NoteKey
{
    internal const byte Type = 0x02;

    private const string P256 = "1.2.840.10045.3.1.7";

    private readonly byte[] publicKey;

    private EcdsaNoteKey(string name, byte[] publicKey)
        : base(name, IdOf(publicKey), Type, publicKey)
    {
        this.publicKey = publicKey;
        LogId = SHA256.HashData(publicKey);
    }

    /// <summary>What Sigstore's clients know the log by: the SHA-256 of its key.</summary>
    public ReadOnlyMemory<byte> LogId { get; }

    public ReadOnlyMemory<byte> SubjectPublicKeyInfo => publicKey;

    /// <summary>Null when the bytes are no subject public key info of a P-256 key.</summary>
    public static EcdsaNoteKey? Create(string name, ReadOnlySpan<byte> publicKey)
    {
        using var key = Import(publicKey);
        return key is null ? null : new EcdsaNoteKey(name, publicKey.ToArray());
    }

    internal override VerifiedSignature? Verify(ReadOnlySpan<byte> text, NoteSignature signature)
    {
        // A key object of its own each time: they are not safe to share between threads.
        using var key = Import(publicKey)!;
        return key.VerifyData(text, signature.Value.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            ? new VerifiedSignature(this, signature)
            : null;
    }

    private static ECDsa? Import(ReadOnlySpan<byte> publicKey)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(publicKey, out var length);
            if (length == publicKey.Length && key.ExportParameters(false).Curve.Oid.Value == P256)
            {
                return key;
            }
        }
        catch (CryptographicException)
        {
            // Not a key at all.
        }
        key.Dispose();
        return null;
    }
}
