namespace Assay.Server.Attestations;

/// <summary>Keys of registries whose versions are passed on here with their signatures. A client that meets a signature by a key that is not listed gives up its whole audit.</summary>
internal interface IForeignKeys
{
    ValueTask<IReadOnlyList<ForeignKey>> ListAsync(CancellationToken cancellationToken);
}

/// <summary>A key of another registry, which is named by its URL; the key itself as that registry spells it, a subject public key info in base64.</summary>
internal sealed record ForeignKey(string Registry, string KeyId, string KeyType, string Scheme, string Key, DateTimeOffset? ExpiresAt, DateTimeOffset SeenAt);
