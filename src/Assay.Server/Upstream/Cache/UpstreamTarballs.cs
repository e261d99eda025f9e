using Assay.Npm;
using Assay.Server.Blobs;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream.Cache;

/// <summary>A tarball of an upstream version, or why there is none.</summary>
internal abstract record TarballFinding
{
    internal sealed record Found(StoredTarball Tarball) : TarballFinding;

    internal sealed record Missing : TarballFinding;

    internal sealed record Failed(string Reason, bool IsOffline = false) : TarballFinding;

    /// <summary>It came, and is not what was promised: it is neither served nor kept.</summary>
    internal sealed record Refused(string Rule, string Reason) : TarballFinding;
}

/// <summary>
/// Tarballs of upstream versions. Each is fetched once, by whoever asks first, compared with what its document promises, and only then kept and
/// served. One that is in the cache is only served while the document still promises these bytes.
/// </summary>
internal sealed class UpstreamTarballs(
    KeptTarballs kept, DataDirectory directory, UpstreamClient client, VerifyUpstream verify, UpstreamCounts counts, IOptions<UpstreamOptions> options, TimeProvider time)
{
    private readonly OneAtATime<TarballFinding> fetches = new();

    public async Task<TarballFinding> FindAsync(UpstreamSnapshot snapshot, ForeignVersion version, CancellationToken cancellationToken)
    {
        if (await CachedAsync(snapshot, version, cancellationToken) is { } cached)
        {
            counts.Hit(snapshot.Document.Registry.Key);
            return cached;
        }
        counts.Missed(snapshot.Document.Registry.Key);
        var key = $"{snapshot.Packument.Name}@{version.Version}";
        // Whoever fetched it may have had another document than this one: what counts is what this one promises.
        var fetched = await fetches.RunAsync(key, () => LookAndFetchAsync(snapshot, version), cancellationToken);
        return fetched is TarballFinding.Found ? await CachedAsync(snapshot, version, cancellationToken) ?? fetched : fetched;
    }

    // Another may have fetched it between our look and this one.
    private async Task<TarballFinding> LookAndFetchAsync(UpstreamSnapshot snapshot, ForeignVersion version) =>
        await CachedAsync(snapshot, version, CancellationToken.None) ?? await FetchAsync(snapshot, version, CancellationToken.None);

    private async Task<TarballFinding?> CachedAsync(UpstreamSnapshot snapshot, ForeignVersion version, CancellationToken cancellationToken)
    {
        var registry = snapshot.Document.Registry;
        if (await kept.FindAsync(registry.Key, snapshot.Packument.Name.Value, version.Version, cancellationToken) is not { } row)
        {
            return null;
        }
        if (!KeptTarballs.IsPromised(version.Promised, row.Sha512, row.Shasum))
        {
            return new TarballFinding.Refused(
                "changed-upstream", $"{registry} promises other bytes for it than it sent at {row.FetchedAt:u}. A published version never changes");
        }
        return await UnsignedAsync(snapshot, version, row, cancellationToken)
            ?? await verify.ScriptsOfKeptAsync(snapshot, version, BlobKey.FromSha512(row.Sha512), cancellationToken)
            ?? (TarballFinding)new TarballFinding.Found(Stored(row));
    }

    // The keys may have become known after it was kept. What was verified once stays so: the row's bytes are the promised ones.
    private async Task<TarballFinding.Refused?> UnsignedAsync(UpstreamSnapshot snapshot, ForeignVersion version, UpstreamTarballRow row, CancellationToken cancellationToken)
    {
        if (row.SignedBy is not null)
        {
            return null;
        }
        var (signedBy, refused) = await verify.SignatureAsync(snapshot, version, cancellationToken);
        if (signedBy is not null)
        {
            await kept.SignedAsync(row, signedBy, cancellationToken);
        }
        if (refused is { Rule: VerifyUpstream.BadSignature })
        {
            await kept.DropAsync(row, refused.Reason, cancellationToken);
        }
        return refused;
    }

    private async Task<TarballFinding> FetchAsync(UpstreamSnapshot snapshot, ForeignVersion version, CancellationToken cancellationToken)
    {
        var registry = snapshot.Document.Registry;
        if (options.Value.Offline)
        {
            return new TarballFinding.Failed($"{registry} is not asked: this registry works offline", IsOffline: true);
        }
        if (!Uri.TryCreate(registry.Url, version.Tarball, out var url) || url.Scheme is not ("http" or "https"))
        {
            return new TarballFinding.Failed($"{registry} does not say where the tarball is");
        }
        // What the document alone shows needs no bytes.
        var (signedBy, refused) = await verify.PromiseAsync(snapshot, version, cancellationToken);
        if (refused is not null)
        {
            return refused;
        }
        switch (await client.GetAsync(registry, url, headers => headers.TryAddWithoutValidation("Accept-Encoding", "identity"), cancellationToken))
        {
            case UpstreamAnswer.Body body:
                using (body)
                {
                    return await TakeAsync(snapshot, version, signedBy, body.Response, cancellationToken);
                }
            case UpstreamAnswer.Missing:
                return new TarballFinding.Missing();
            case UpstreamAnswer.Failed failed:
                return new TarballFinding.Failed(failed.Reason);
            default:
                return new TarballFinding.Failed($"{registry} answered 304 to a first question");
        }
    }

    private async Task<TarballFinding> TakeAsync(
        UpstreamSnapshot snapshot, ForeignVersion version, string? signedBy, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var staged = new StagedTarball(directory);
        try
        {
            await client.CopyAsync(response, options.Value.MaximumTarballBytes, TimeSpan.FromSeconds(options.Value.TransferSeconds), staged.AppendAsync, cancellationToken);
        }
        catch (UpstreamBroken broken)
        {
            return new TarballFinding.Failed($"{snapshot.Document.Registry} {broken.Message}");
        }
        staged.Complete();
        counts.Fetched(snapshot.Document.Registry.Key, staged.Length);
        if (await verify.RunAsync(snapshot, version, staged, cancellationToken) is { } refused)
        {
            return refused;
        }
        var row = new UpstreamTarballRow
        {
            Name = snapshot.Packument.Name.Value,
            Version = version.Version,
            Registry = snapshot.Document.Registry.Key,
            Sha512 = staged.Integrity.Digest.ToArray(),
            Shasum = staged.Shasum,
            Size = staged.Length,
            FetchedAt = time.GetUtcNow(),
            SignedBy = signedBy,
        };
        await kept.KeepAsync(row, staged, cancellationToken);
        return new TarballFinding.Found(Stored(row));
    }

    private static StoredTarball Stored(UpstreamTarballRow row) =>
        new(BlobKey.FromSha512(row.Sha512), row.Size, $"\"{Convert.ToHexStringLower(row.Sha512.AsSpan(0, 16))}\"");
}
