namespace Assay.Server.Signing;

internal enum KeyAlgorithm
{
    /// <summary>Over SHA-256; signatures are DER.</summary>
    EcdsaP256,

    /// <summary>Over the message itself; signatures are 64 bytes.</summary>
    Ed25519,
}
