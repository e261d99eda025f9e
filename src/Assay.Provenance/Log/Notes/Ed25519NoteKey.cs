using Assay.Provenance.Keys;

namespace Assay.Provenance.Log.Notes;

/// <summary>Signature type 1: Ed25519 over the note's text, which monitors and witnesses read.</summary>
public sealed class Ed25519NoteKey : NoteKey
{
    internal const byte Type = 0x01;

    private readonly byte[] publicKey;

    private Ed25519NoteKey(string name, byte[] publicKey)
        : base(name, IdOf(name, Type, publicKey), Type, publicKey) => this.publicKey = publicKey;

    /// <summary>Null when the bytes are no Ed25519 public key.</summary>
    public static Ed25519NoteKey? Create(string name, ReadOnlySpan<byte> publicKey) =>
        Ed25519Signature.IsKey(publicKey) ? new Ed25519NoteKey(name, publicKey.ToArray()) : null;

    internal override VerifiedSignature? Verify(ReadOnlySpan<byte> text, NoteSignature signature) =>
        Ed25519Signature.Verifies(publicKey, text, signature.Value.Span) ? new VerifiedSignature(this, signature) : null;
}
