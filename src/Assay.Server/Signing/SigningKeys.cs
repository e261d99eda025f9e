using System.Collections.Concurrent;
using System.Security.Cryptography;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Signing;

/// <summary>The registry's keys: all of them to be shown, and of each purpose the one to sign with.</summary>
internal sealed class SigningKeys
{
    public const string ChangeKey = "signing-keys";

    private readonly KeyHolders holders;
    private readonly TimeProvider time;
    private readonly Remembered<Known> remembered;

    public SigningKeys(RegistryDbSource source, IChangeFeed changes, KeyHolders holders, TimeProvider time)
    {
        this.holders = holders;
        this.time = time;
        remembered = new Remembered<Known>(changes, ChangeKey, capacity: 1, _ => ReadAsync(source));
    }

    /// <summary>The newest first.</summary>
    public async ValueTask<IReadOnlyList<SigningKeyRow>> ListAsync(CancellationToken cancellationToken) =>
        (await remembered.GetAsync("", cancellationToken)).Rows;

    /// <summary>The newest that still counts and that this node has; null when it has none.</summary>
    /// <exception cref="KeyUnavailable">Its holder cannot be asked now.</exception>
    public async ValueTask<SigningKey?> FindAsync(string purpose, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var known = await remembered.GetAsync("", cancellationToken);
        return known.Rows
            .Where(row => row.Purpose == purpose && (row.ExpiresAt is null || row.ExpiresAt > now))
            .Select(row => known.Held.GetValueOrDefault(row.KeyId) ?? Held(row, known)).OfType<SigningKey>().FirstOrDefault();
    }

    /// <exception cref="KeyUnavailable">This node has none.</exception>
    public async ValueTask<SigningKey> GetAsync(string purpose, CancellationToken cancellationToken) =>
        await FindAsync(purpose, cancellationToken) ?? throw Missing(purpose);

    /// <summary>One that may count no more, for what only it can sign.</summary>
    /// <exception cref="KeyUnavailable">This node does not have it.</exception>
    public async ValueTask<SigningKey> GetAsync(SigningKeyRow row, CancellationToken cancellationToken)
    {
        var known = await remembered.GetAsync("", cancellationToken);
        return known.Held.GetValueOrDefault(row.KeyId) ?? Held(row, known) ?? throw Missing(row.Purpose);
    }

    private static KeyUnavailable Missing(string purpose) => new($"This node does not have the {purpose} key (Assay:Signing:KeysDirectory).");

    private static async Task<Known> ReadAsync(RegistryDbSource source)
    {
        await using var db = source.Open();
        return new Known(await db.SigningKeys.OrderByDescending(row => row.Id).ToListAsync(), new(StringComparer.Ordinal));
    }

    // Under the right name there could be another key: it would make signatures that nobody can verify.
    private SigningKey? Held(SigningKeyRow row, Known known)
    {
        var holder = holders.Of(row.Handle);
        if (holder.Find(row) is not { } key)
        {
            return null;
        }
        return CryptographicOperations.FixedTimeEquals(key.PublicKey, row.PublicKey)
            ? known.Held.GetOrAdd(row.KeyId, new SigningKey(row, key))
            : throw new StartRefused($"The private key {holder.PlaceOf(row.Handle)} is not the one of {row.KeyId}. Put the right one back.");
    }

    // Keys are looked for when they are needed: that one cannot be used must not hide the others from those who verify.
    private sealed record Known(IReadOnlyList<SigningKeyRow> Rows, ConcurrentDictionary<string, SigningKey> Held);
}
