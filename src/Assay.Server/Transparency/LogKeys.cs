using Assay.Provenance.Log.Notes;
using Assay.Server.Data.Rows;
using Assay.Server.Signing;

namespace Assay.Server.Transparency;

/// <summary>The keys of the log under the name that it has: those that sign now, and all that ever did.</summary>
internal sealed class LogKeys(SigningKeys keys)
{
    // An Ed25519 key is the last part of its subject public key info (RFC 8410, section 4).
    private const int Ed25519Length = 32;

    /// <exception cref="KeyUnavailable">This node cannot sign as the log.</exception>
    public async ValueTask<LogSigners> SignersAsync(string origin, CancellationToken cancellationToken)
    {
        var ecdsa = await keys.GetAsync(KeyPurpose.LogEcdsa, cancellationToken);
        var ed25519 = await keys.GetAsync(KeyPurpose.LogEd25519, cancellationToken);
        return new LogSigners(origin, ecdsa, ed25519);
    }

    /// <summary>Whoever verifies what the log once signed needs those too that sign no more.</summary>
    public async ValueTask<KnownLog> KnownAsync(string origin, CancellationToken cancellationToken) =>
        new(origin, [.. (await ListAsync(cancellationToken)).Select(row => NoteKeyOf(row, origin))]);

    /// <summary>The newest first.</summary>
    public async ValueTask<IReadOnlyList<SigningKeyRow>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await keys.ListAsync(cancellationToken)).Where(row => row.Purpose is KeyPurpose.LogEcdsa or KeyPurpose.LogEd25519)];

    public static NoteKey NoteKeyOf(SigningKeyRow row, string origin) => row.Purpose == KeyPurpose.LogEcdsa
        ? EcdsaKey(origin, row.PublicKey)
        : Ed25519Key(origin, row.PublicKey);

    public static EcdsaNoteKey EcdsaKey(string origin, ReadOnlySpan<byte> publicKey) =>
        EcdsaNoteKey.Create(origin, publicKey) ?? throw new InvalidOperationException("A key of the log is no P-256 key.");

    public static Ed25519NoteKey Ed25519Key(string origin, ReadOnlySpan<byte> publicKey) =>
        Ed25519NoteKey.Create(origin, publicKey[^Ed25519Length..]) ?? throw new InvalidOperationException("A key of the log is no Ed25519 key.");
}

/// <summary>What the log signs with at one moment.</summary>
internal sealed class LogSigners(string origin, SigningKey ecdsa, SigningKey ed25519)
{
    public string EntryKeyId => ecdsa.Id;

    public EcdsaNoteKey EntryKey { get; } = LogKeys.EcdsaKey(origin, ecdsa.PublicKey.Span);

    /// <summary>For Sigstore's clients, and for witnesses and monitors.</summary>
    public Checkpoint Sign(TreeHead head) => Checkpoint.Sign(
        head,
        new NoteSigner(EntryKey, text => ecdsa.Sign(text.Span)),
        new NoteSigner(LogKeys.Ed25519Key(origin, ed25519.PublicKey.Span), text => ed25519.Sign(text.Span)));

    public byte[] SignEntry(ReadOnlySpan<byte> payload) => ecdsa.Sign(payload);
}
