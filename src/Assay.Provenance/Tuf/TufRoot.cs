using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Assay.Provenance.Tuf;

/// <summary>
/// A version of <c>root.json</c>: which keys count for what, and until when. Its own key is used for nothing else and can be kept offline:
/// whoever holds it decides whom the clients believe.
/// </summary>
public sealed class TufRoot
{
    private static readonly string[] OnlineRoles = ["targets", "snapshot", "timestamp"];

    private readonly byte[] bytes;

    internal TufRoot(int version, DateTimeOffset expires, TufKey rootKey, TufKey onlineKey, byte[] bytes)
    {
        (Version, Expires, RootKey, OnlineKey) = (version, expires, rootKey, onlineKey);
        this.bytes = bytes;
    }

    public int Version { get; }

    public DateTimeOffset Expires { get; }

    public TufKey RootKey { get; }

    /// <summary>Signs targets, snapshot and timestamp.</summary>
    public TufKey OnlineKey { get; }

    /// <summary>The file, which is kept: nobody can make it again without the key.</summary>
    public ReadOnlyMemory<byte> ToBytes() => bytes;

    public static TufRoot First(TufSigner signer, TufKey onlineKey, DateTimeOffset expires) => Write(1, expires, onlineKey, signer, signer);

    /// <summary>The version after this one, for new keys or a later end. The old key signs as well, which is why clients follow.</summary>
    /// <param name="current">This version's own key.</param>
    /// <param name="next">The next version's; the same where only the end is to move.</param>
    /// <param name="onlineKey">The next version's key for everything else.</param>
    /// <param name="expires">When the next version ends.</param>
    public TufRoot Next(TufSigner current, TufSigner next, TufKey onlineKey, DateTimeOffset expires) =>
        current.Key.Id == RootKey.Id
            ? Write(Version + 1, expires, onlineKey, next, current)
            : throw new ArgumentException("The next root is signed by the key of this one.", nameof(current));

    /// <summary>Reads a file that was written here, and checks that its own key signed it.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out TufRoot? root) => TufRootReader.TryRead(bytes, out root);

    /// <summary>Whether a client that has the other version takes this one.</summary>
    internal bool Follows(TufRoot previous) => Version == previous.Version + 1 && TufRootReader.IsSignedBy(previous.RootKey, bytes);

    private static TufRoot Write(int version, DateTimeOffset expires, TufKey onlineKey, TufSigner own, TufSigner previous)
    {
        if (own.Key.Id == onlineKey.Id)
        {
            throw new ArgumentException("The key that is online signs no roots.", nameof(onlineKey));
        }
        var signed = Metadata.Signed("root", version, expires);
        signed["consistent_snapshot"] = true;
        signed["keys"] = new JsonObject { [own.Key.Id] = own.Key.ToJson(), [onlineKey.Id] = onlineKey.ToJson() };
        signed["roles"] = Roles(own.Key, onlineKey);
        return new TufRoot(version, expires, own.Key, onlineKey, Metadata.Write(signed, own, previous));
    }

    private static JsonObject Roles(TufKey rootKey, TufKey onlineKey)
    {
        var roles = new JsonObject { ["root"] = Role(rootKey) };
        foreach (var role in OnlineRoles)
        {
            roles[role] = Role(onlineKey);
        }
        return roles;
    }

    private static JsonObject Role(TufKey key) => new() { ["keyids"] = new JsonArray(key.Id), ["threshold"] = 1 };
}
