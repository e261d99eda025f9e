using System.Security.Cryptography;

namespace Assay.Provenance.Log.Notes;

/// <summary>
/// A public key and what signs for it, wherever the private half is kept: Ed25519 gives 64 bytes, ECDSA a DER sequence over the SHA-256 of what
/// it is given.
/// </summary>
public sealed record NoteSigner(NoteKey Key, Func<ReadOnlyMemory<byte>, byte[]> Sign)
{
    /// <summary>Signs, and looks whether it did: a broken holder of keys must not put a line into the world that refuses the whole note.</summary>
    internal VerifiedSignature SignText(ReadOnlyMemory<byte> text) =>
        Key.Verify(text.Span, new NoteSignature(Key.Name, Key.Id, Sign(text)))
            ?? throw new CryptographicException($"What was to sign as {Key.Name} does not fit its public key.");
}
