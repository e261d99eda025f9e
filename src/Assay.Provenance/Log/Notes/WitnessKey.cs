using System.Buffers.Binary;
using System.Text;
using Assay.Provenance.Keys;

namespace Assay.Provenance.Log.Notes;

/// <summary>
/// The key of a witness, which signs that it saw this checkpoint at a time, and none that contradicts it (c2sp.org/tlog-cosignature, version 1
/// with Ed25519).
/// </summary>
public sealed class WitnessKey : NoteKey
{
    internal const byte Type = 0x04;

    private readonly byte[] publicKey;

    private WitnessKey(string name, byte[] publicKey)
        : base(name, IdOf(name, Type, publicKey), Type, publicKey) => this.publicKey = publicKey;

    /// <summary>Null when the bytes are no Ed25519 public key.</summary>
    public static WitnessKey? Create(string name, ReadOnlySpan<byte> publicKey) =>
        Ed25519Signature.IsKey(publicKey) ? new WitnessKey(name, publicKey.ToArray()) : null;

    internal override VerifiedSignature? Verify(ReadOnlySpan<byte> text, NoteSignature signature)
    {
        if (signature.Value.Length <= sizeof(long) || Time(signature.Value.Span) is not { } time)
        {
            return null;
        }
        byte[] message = [.. Encoding.ASCII.GetBytes($"cosignature/v1\ntime {time.ToUnixTimeSeconds()}\n"), .. text];
        return Ed25519Signature.Verifies(publicKey, message, signature.Value.Span[sizeof(long)..])
            ? new VerifiedSignature(this, signature, time)
            : null;
    }

    // Zero would be a witness that leaves the time out, which it must not.
    private static DateTimeOffset? Time(ReadOnlySpan<byte> signature) =>
        BinaryPrimitives.ReadInt64BigEndian(signature) is > 0 and var seconds && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
