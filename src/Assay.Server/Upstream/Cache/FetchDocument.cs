using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Assay.Npm;
using Assay.Server.Blobs;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream.Cache;

/// <summary>
/// A package's document: from the cache while it is current, else from its registry, asked whether it has changed. When the registry does not
/// answer, what is in the cache is served on for a while, and said to be old.
/// </summary>
internal sealed partial class FetchDocument(
    RegistryDbSource source, CommitQueue commits, IBlobStore blobs, DataDirectory directory, UpstreamClient client, IOptions<UpstreamOptions> options, TimeProvider time,
    ILogger<FetchDocument> logger)
{
    private readonly ConcurrentDictionary<string, (string Reason, DateTimeOffset Until)> silent = new(StringComparer.Ordinal);

    /// <summary>A document, or what there is instead of one.</summary>
    public async Task<(CachedDocument? Document, UpstreamFinding? Instead)> RunAsync(UpstreamRegistry registry, PackageName name, CancellationToken cancellationToken)
    {
        var cached = await ReadAsync(registry, name, cancellationToken);
        var now = time.GetUtcNow();
        if (cached is var (row, packument) && row.ValidatedAt.AddSeconds(options.Value.FreshSeconds) is var until && until > now)
        {
            return (new CachedDocument(packument, registry, row.Sha512, row.ValidatedAt, until, null), null);
        }
        if (options.Value.Offline)
        {
            return Stale(registry, cached, $"{registry} is not asked: this registry works offline", isOffline: true);
        }
        // A registry that does not answer would otherwise be waited for once for each package of a tree.
        if (cached is not null && silent.TryGetValue(registry.Key, out var failure) && now < failure.Until)
        {
            return Stale(registry, cached, failure.Reason);
        }
        var answer = await client.GetAsync(registry, registry.DocumentOf(name), headers => Validators(headers, cached?.Row), cancellationToken);
        switch (answer)
        {
            case UpstreamAnswer.Body body:
                using (body)
                {
                    return await TakeAsync(registry, name, body.Response, cached, cancellationToken);
                }
            case UpstreamAnswer.NotModified when cached is var (known, same):
                await ConfirmAsync(name, cancellationToken);
                return (Current(registry, same, known.Sha512), null);
            case UpstreamAnswer.Missing:
                await DropAsync(name, cancellationToken);
                return (null, UpstreamFinding.Missing.It);
            case UpstreamAnswer.Failed failed:
                return Silent(registry, cached, failed.Reason);
            default:
                return Stale(registry, cached, $"{registry} answered 304 to a first question");
        }
    }

    private async Task<(CachedDocument? Document, UpstreamFinding? Instead)> TakeAsync(
        UpstreamRegistry registry, PackageName name, HttpResponseMessage response, (UpstreamPackageRow Row, ForeignPackument Packument)? cached, CancellationToken cancellationToken)
    {
        await using var staged = new StagedTarball(directory);
        try
        {
            await client.CopyAsync(response, options.Value.MaximumDocumentBytes, TimeSpan.FromSeconds(options.Value.DocumentSeconds), staged.AppendAsync, cancellationToken);
        }
        catch (UpstreamBroken broken)
        {
            return Silent(registry, cached, $"{registry} {broken.Message}");
        }
        staged.Complete();
        var bytes = new byte[staged.Length];
        await staged.Rewound().ReadExactlyAsync(bytes, cancellationToken);
        if (!ForeignPackument.TryParse(bytes, name, out var packument, out var problem))
        {
            NotFetched($"{registry} sent a document of {name} that cannot be used: {problem}");
            return Stale(registry, cached, $"{registry} sent a document that cannot be used: {problem}");
        }
        var digest = staged.Integrity.Digest.ToArray();
        await blobs.PutAsync(BlobKey.FromSha512(digest), staged.Rewound(), cancellationToken);
        await KeepAsync(registry, name, digest, staged.Length, response, cancellationToken);
        return (Current(registry, packument, digest), null);
    }

    private CachedDocument Current(UpstreamRegistry registry, ForeignPackument packument, byte[] digest)
    {
        var now = time.GetUtcNow();
        return new CachedDocument(packument, registry, digest, now, now.AddSeconds(options.Value.FreshSeconds), null);
    }

    /// <summary>From now on, not from when it was asked: that can be longer ago than it is left alone.</summary>
    private (CachedDocument? Document, UpstreamFinding? Instead) Silent(
        UpstreamRegistry registry, (UpstreamPackageRow Row, ForeignPackument Packument)? cached, string reason)
    {
        NotFetched(reason);
        silent[registry.Key] = (reason, time.GetUtcNow().AddSeconds(options.Value.RetrySeconds));
        return Stale(registry, cached, reason);
    }

    private (CachedDocument? Document, UpstreamFinding? Instead) Stale(
        UpstreamRegistry registry, (UpstreamPackageRow Row, ForeignPackument Packument)? cached, string reason, bool isOffline = false)
    {
        var now = time.GetUtcNow();
        if (cached is not var (row, packument) || (!isOffline && row.ValidatedAt.AddHours(options.Value.ServeStaleHours) < now))
        {
            return (null, new UpstreamFinding.Failed(reason, isOffline));
        }
        return (new CachedDocument(packument, registry, row.Sha512, row.ValidatedAt, now.AddSeconds(options.Value.RetrySeconds), reason), null);
    }

    private static void Validators(HttpRequestHeaders headers, UpstreamPackageRow? row)
    {
        headers.TryAddWithoutValidation("Accept", "application/json");
        if (row?.ETag is { } tag)
        {
            headers.TryAddWithoutValidation("If-None-Match", tag);
        }
        else if (row?.LastModified is { } modified)
        {
            headers.TryAddWithoutValidation("If-Modified-Since", modified);
        }
    }

    /// <summary>Null when there is none of this registry, or its bytes are gone or no document any more.</summary>
    private async Task<(UpstreamPackageRow Row, ForeignPackument Packument)?> ReadAsync(UpstreamRegistry registry, PackageName name, CancellationToken cancellationToken)
    {
        UpstreamPackageRow? row;
        await using (var db = source.Open())
        {
            row = await db.UpstreamPackages.SingleOrDefaultAsync(found => found.Name == name.Value && found.Registry == registry.Key, cancellationToken);
        }
        if (row is null)
        {
            return null;
        }
        await using var stream = await blobs.OpenAsync(BlobKey.FromSha512(row.Sha512), cancellationToken);
        if (stream is null || stream.Length != row.Size)
        {
            return null;
        }
        var bytes = new byte[row.Size];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return ForeignPackument.TryParse(bytes, name, out var packument, out _) ? (row, packument) : null;
    }

    private Task<bool> KeepAsync(UpstreamRegistry registry, PackageName name, byte[] digest, long size, HttpResponseMessage response, CancellationToken cancellationToken) =>
        commits.RunAsync(async (commit, stop) =>
        {
            var row = await commit.Db.UpstreamPackages.AsTracking().SingleOrDefaultAsync(found => found.Name == name.Value, stop);
            if (row is null)
            {
                commit.Db.UpstreamPackages.Add(row = new UpstreamPackageRow { Name = name.Value, Registry = registry.Key, Sha512 = digest });
            }
            (row.Registry, row.Sha512, row.Size, row.ValidatedAt) = (registry.Key, digest, size, commit.Now);
            row.ETag = response.Headers.ETag?.ToString();
            row.LastModified = response.Content.Headers.LastModified?.ToString("R");
            return true;
        }, cancellationToken);

    private Task<int> ConfirmAsync(PackageName name, CancellationToken cancellationToken) => commits.RunAsync((commit, stop) =>
        commit.Db.UpstreamPackages.Where(row => row.Name == name.Value).ExecuteUpdateAsync(row => row.SetProperty(found => found.ValidatedAt, commit.Now), stop), cancellationToken);

    private async Task DropAsync(PackageName name, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        if (await db.UpstreamPackages.AnyAsync(row => row.Name == name.Value, cancellationToken))
        {
            await commits.RunAsync((commit, stop) => commit.Db.UpstreamPackages.Where(row => row.Name == name.Value).ExecuteDeleteAsync(stop), cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not fetched: {Reason}")]
    private partial void NotFetched(string reason);
}
