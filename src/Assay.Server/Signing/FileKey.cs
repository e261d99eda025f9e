using System.Security.Cryptography;
using Assay.Provenance.Keys;

namespace Assay.Server.Signing;

/// <summary>A private key in this process's memory, which can be written to a file.</summary>
internal abstract class FileKey : IPrivateKey
{
    public abstract byte[] PublicKey { get; }

    public static FileKey Create(KeyAlgorithm algorithm) => algorithm is KeyAlgorithm.Ed25519
        ? new OfEd25519(Ed25519PrivateKey.Create())
        : new OfEcdsa(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <exception cref="CryptographicException">The text is no key of this kind.</exception>
    /// <exception cref="ArgumentException">The text is no PEM.</exception>
    public static FileKey Read(KeyAlgorithm algorithm, string pem)
    {
        if (algorithm is KeyAlgorithm.Ed25519)
        {
            return new OfEd25519(Ed25519PrivateKey.FromPem(pem) ?? throw new CryptographicException("It holds no Ed25519 key."));
        }
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return new OfEcdsa(key);
    }

    public abstract byte[] Sign(ReadOnlySpan<byte> message);

    /// <summary>PKCS#8.</summary>
    public abstract string ToPem();

    private sealed class OfEcdsa(ECDsa key) : FileKey
    {
        // One at a time: the framework does not promise that a key may be used by two threads.
        private readonly Lock signing = new();

        public override byte[] PublicKey { get; } = key.ExportSubjectPublicKeyInfo();

        public override byte[] Sign(ReadOnlySpan<byte> message)
        {
            lock (signing)
            {
                return key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
            }
        }

        public override string ToPem() => key.ExportPkcs8PrivateKeyPem();
    }

    private sealed class OfEd25519(Ed25519PrivateKey key) : FileKey
    {
        public override byte[] PublicKey { get; } = Ed25519PublicKey.ToSubjectPublicKeyInfo(key.PublicKey.Span);

        public override byte[] Sign(ReadOnlySpan<byte> message) => key.Sign(message);

        public override string ToPem() => key.ExportPkcs8PrivateKeyPem();
    }
}
