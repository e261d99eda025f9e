using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Assay.Provenance.Tuf;

/// <summary>A key and what signs for it, wherever the private half is kept: a DER sequence over the SHA-256 of what it is given.</summary>
public sealed record TufSigner(TufKey Key, Func<ReadOnlyMemory<byte>, byte[]> Sign)
{
    /// <summary>Signs, and looks whether it did: clients would refuse the whole repository.</summary>
    internal JsonObject SignatureOver(ReadOnlyMemory<byte> bytes)
    {
        var signature = Sign(bytes);
        return Key.Verifies(bytes.Span, signature)
            ? new JsonObject { ["keyid"] = Key.Id, ["sig"] = Convert.ToHexStringLower(signature) }
            : throw new CryptographicException($"What was to sign as {Key.Id} does not fit its public key.");
    }
}
