using Assay.Server.Data.Rows;

namespace Assay.Server.Signing;

/// <summary>A key that this node can sign with.</summary>
internal sealed class SigningKey(SigningKeyRow row, IPrivateKey key)
{
    public string Id { get; } = row.KeyId;

    public string Purpose { get; } = row.Purpose;

    public KeyAlgorithm Algorithm { get; } = KeyPurpose.AlgorithmOf(row.Purpose);

    /// <summary>DER, SubjectPublicKeyInfo.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; } = row.PublicKey;

    public byte[] Sign(ReadOnlySpan<byte> message) => key.Sign(message);
}
