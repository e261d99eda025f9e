using System.Security.Cryptography;
using System.Text;

namespace Assay.Provenance.Log.Events;

/// <summary>
/// What a committed leaf says to those who get to know it: the event, and the salt without which nobody can find the event out by guessing.
/// A leaf stays what it is when its opening is erased.
/// </summary>
public sealed record LeafOpening
{
    public const int SaltSize = 32;

    public LeafOpening(ReadOnlyMemory<byte> salt, string @event)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(salt.Length, SaltSize);
        Salt = salt;
        Event = @event;
    }

    public ReadOnlyMemory<byte> Salt { get; }

    /// <summary>JSON text. Its very bytes are committed to.</summary>
    public string Event { get; }

    /// <summary>SHA-256 over the salt, which has one length, and the event in UTF-8.</summary>
    public byte[] Commitment() => SHA256.HashData([.. Salt.Span, .. Encoding.UTF8.GetBytes(Event)]);

    /// <summary>The leaf of the log.</summary>
    public byte[] ToLeaf(string kind) =>
        Encoding.ASCII.GetBytes($$"""{"kind":"{{kind}}","commitment":"{{Convert.ToHexStringLower(Commitment())}}"}""");

    public bool Opens(ReadOnlySpan<byte> leaf, string kind) => leaf.SequenceEqual(ToLeaf(kind));
}
