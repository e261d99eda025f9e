namespace Assay.Server.Signing;

/// <summary>The private half of a key, wherever it is kept. Safe for several threads.</summary>
internal interface IPrivateKey
{
    /// <summary>DER, SubjectPublicKeyInfo: of the key itself, and not of what the database says of it.</summary>
    byte[] PublicKey { get; }

    byte[] Sign(ReadOnlySpan<byte> message);
}
