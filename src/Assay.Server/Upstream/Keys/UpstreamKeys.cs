using System.Collections.Concurrent;
using System.Text;
using Assay.Npm;
using Assay.Provenance.Sigstore.Keys;
using Assay.Server.Attestations;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream;

/// <summary>The keys that upstream registries sign with. They are asked for when a document names one that is not known, and kept for ever: clients verify old signatures with them.</summary>
internal sealed class UpstreamKeys : IForeignKeys
{
    private const string Prefix = "upstream-keys:";
    private const string All = "all";
    private static readonly TimeSpan AskedAgainAfter = TimeSpan.FromHours(1);

    private readonly Remembered<IReadOnlyList<UpstreamKeyRow>> remembered;
    private readonly ConcurrentDictionary<string, DateTimeOffset> asked = new(StringComparer.Ordinal);
    private readonly FetchKeys fetch;
    private readonly UpstreamOptions options;
    private readonly TimeProvider time;

    public UpstreamKeys(RegistryDbSource source, IChangeFeed changes, FetchKeys fetch, IOptions<UpstreamOptions> options, TimeProvider time)
    {
        this.fetch = fetch;
        this.options = options.Value;
        this.time = time;
        remembered = new(changes, Prefix, capacity: 1, _ => LoadAsync(source));
    }

    public const string ChangeKey = Prefix + All;

    public async ValueTask<IReadOnlyList<ForeignKey>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await remembered.GetAsync(All, cancellationToken)).Select(row =>
            new ForeignKey(UpstreamRegistry.UrlIn(row.Registry), row.KeyId, row.KeyType, row.Scheme, row.Key, row.ExpiresAt, row.SeenAt))];

    /// <summary>The ids of the registry's keys, asked for first when the document has a signature by another.</summary>
    public async Task<IReadOnlySet<string>> KnownAsync(UpstreamRegistry registry, ForeignPackument packument, CancellationToken cancellationToken)
    {
        var known = await OfAsync(registry, cancellationToken);
        var wanted = packument.Versions.SelectMany(version => version.Signatures).Select(signature => signature.KeyId).ToHashSet(StringComparer.Ordinal);
        if (!wanted.IsSubsetOf(known.Keys) && MayAsk(registry))
        {
            await fetch.RunAsync(registry, cancellationToken);
            known = await OfAsync(registry, cancellationToken);
        }
        return known.Keys.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The id of a known key whose signature on the version is wrong, or null.</summary>
    public async Task<string?> FindWrongSignatureAsync(UpstreamRegistry registry, PackageName name, ForeignVersion version, CancellationToken cancellationToken)
    {
        var known = await OfAsync(registry, cancellationToken);
        var message = Encoding.UTF8.GetBytes($"{name}@{version.Version}:{version.Integrity}");
        return version.Signatures
            .Where(signature => known.TryGetValue(signature.KeyId, out var row) && !IsRight(row, version, message, signature.Signature))
            .Select(signature => signature.KeyId)
            .FirstOrDefault();
    }

    private static bool IsRight(UpstreamKeyRow row, ForeignVersion version, byte[] message, ReadOnlyMemory<byte> signature) =>
        (row.ExpiresAt is null || version.PublishedAt < row.ExpiresAt)
        && VerificationKey.TryCreate(Convert.FromBase64String(row.Key), out var key)
        && key.Verifies(message, signature.Span);

    private bool MayAsk(UpstreamRegistry registry)
    {
        var now = time.GetUtcNow();
        if (options.Offline || (asked.TryGetValue(registry.Key, out var last) && now - last < AskedAgainAfter))
        {
            return false;
        }
        asked[registry.Key] = now;
        return true;
    }

    private async ValueTask<Dictionary<string, UpstreamKeyRow>> OfAsync(UpstreamRegistry registry, CancellationToken cancellationToken) =>
        (await remembered.GetAsync(All, cancellationToken)).Where(row => row.Registry == registry.Key).ToDictionary(row => row.KeyId, StringComparer.Ordinal);

    private static async Task<IReadOnlyList<UpstreamKeyRow>> LoadAsync(RegistryDbSource source)
    {
        await using var db = source.Open();
        return await db.UpstreamKeys.OrderBy(row => row.Registry).ThenBy(row => row.KeyId).ToListAsync();
    }
}
