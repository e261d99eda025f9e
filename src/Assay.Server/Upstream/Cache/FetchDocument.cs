using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream.Cache;

/// <summary>
/// A package's document: from the cache while it is current, else from its registry, asked whether it has changed. When the registry does not
/// answer, what is in the cache is served on for a while, and said to be old.
/// </summary>
internal sealed partial class FetchDocument(
    KeptDocuments kept, DataDirectory directory, UpstreamClient client, ProveToken token, UpstreamCounts counts, IOptions<UpstreamOptions> options, TimeProvider time,
    ILogger<FetchDocument> logger)
{
    private readonly ConcurrentDictionary<string, (string Reason, DateTimeOffset Until)> silent = new(StringComparer.Ordinal);

    /// <summary>A document, or what there is instead of one.</summary>
    public async Task<(CachedDocument? Document, UpstreamFinding? Instead)> RunAsync(UpstreamRegistry registry, PackageName name, CancellationToken cancellationToken)
    {
        var cached = await kept.ReadAsync(registry.Key, name, cancellationToken);
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
                await kept.ConfirmAsync(name, cancellationToken);
                return (Current(registry, same, known.Sha512), null);
            case UpstreamAnswer.Missing:
                return await MissingAsync(registry, name, cached, cancellationToken);
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
        counts.Fetched(registry.Key, staged.Length);
        var bytes = new byte[staged.Length];
        await staged.Rewound().ReadExactlyAsync(bytes, cancellationToken);
        if (!ForeignPackument.TryParse(bytes, name, out var packument, out var problem))
        {
            NotFetched($"{registry} sent a document of {name} that cannot be used: {problem}");
            return Stale(registry, cached, $"{registry} sent a document that cannot be used: {problem}");
        }
        await kept.KeepAsync(registry, name, staged, response, cancellationToken);
        return (Current(registry, packument, staged.Integrity.Digest.ToArray()), null);
    }

    // What was there, and is hidden from a token that has expired, is not gone.
    private async Task<(CachedDocument? Document, UpstreamFinding? Instead)> MissingAsync(
        UpstreamRegistry registry, PackageName name, (UpstreamPackageRow Row, ForeignPackument Packument)? cached, CancellationToken cancellationToken)
    {
        if (cached is not null && await token.DoubtAsync(registry, isAnew: false, cancellationToken) is { } doubt)
        {
            return Stale(registry, cached, doubt);
        }
        await kept.DropAsync(name, cancellationToken);
        return (null, UpstreamFinding.Missing.It);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not fetched: {Reason}")]
    private partial void NotFetched(string reason);
}
