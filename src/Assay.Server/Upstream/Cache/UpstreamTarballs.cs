using System.Security.Cryptography;
using Assay.Npm;
using Assay.Server.Blobs;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;
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
    RegistryDbSource source, CommitQueue commits, IBlobStore blobs, DataDirectory directory, UpstreamClient client, VerifyUpstream verify, IOptions<UpstreamOptions> options, TimeProvider time)
{
    private readonly OneAtATime<TarballFinding> fetches = new();

    public async Task<TarballFinding> FindAsync(UpstreamSnapshot snapshot, ForeignVersion version, CancellationToken cancellationToken)
    {
        if (await CachedAsync(snapshot, version, cancellationToken) is { } cached)
        {
            return cached;
        }
        var key = $"{snapshot.Packument.Name}@{version.Version}";
        // Whoever fetched it may have had another document than this one: what counts is what this one promises.
        var fetched = await fetches.RunAsync(key, () => FetchAsync(snapshot, version, CancellationToken.None), cancellationToken);
        return fetched is TarballFinding.Found ? await CachedAsync(snapshot, version, cancellationToken) ?? fetched : fetched;
    }

    private async Task<TarballFinding?> CachedAsync(UpstreamSnapshot snapshot, ForeignVersion version, CancellationToken cancellationToken)
    {
        var (name, text, registry) = (snapshot.Packument.Name.Value, version.Version, snapshot.Document.Registry.Key);
        UpstreamTarballRow? row;
        await using (var db = source.Open())
        {
            row = await db.UpstreamTarballs.SingleOrDefaultAsync(found => found.Name == name && found.Version == text && found.Registry == registry, cancellationToken);
        }
        if (row is null || !await blobs.ExistsAsync(BlobKey.FromSha512(row.Sha512), cancellationToken))
        {
            return null;
        }
        if (Keeps(version.Promised, row))
        {
            return await verify.ScriptsOfKeptAsync(snapshot, version, BlobKey.FromSha512(row.Sha512), cancellationToken) is { } refused ? refused : new TarballFinding.Found(Stored(row));
        }
        return new TarballFinding.Refused("changed-upstream", $"{snapshot.Document.Registry} promises other bytes for it than it sent at {row.FetchedAt:u}. A published version never changes");
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
        switch (await client.GetAsync(registry, url, headers => headers.TryAddWithoutValidation("Accept-Encoding", "identity"), cancellationToken))
        {
            case UpstreamAnswer.Body body:
                using (body)
                {
                    return await TakeAsync(snapshot, version, body.Response, cancellationToken);
                }
            case UpstreamAnswer.Missing:
                return new TarballFinding.Missing();
            case UpstreamAnswer.Failed failed:
                return new TarballFinding.Failed(failed.Reason);
            default:
                return new TarballFinding.Failed($"{registry} answered 304 to a first question");
        }
    }

    private async Task<TarballFinding> TakeAsync(UpstreamSnapshot snapshot, ForeignVersion version, HttpResponseMessage response, CancellationToken cancellationToken)
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
        if (await verify.RunAsync(snapshot, version, staged, cancellationToken) is { } refused)
        {
            return refused;
        }
        var digest = staged.Integrity.Digest.ToArray();
        await blobs.PutAsync(BlobKey.FromSha512(digest), staged.Rewound(), cancellationToken);
        var row = new UpstreamTarballRow
        {
            Name = snapshot.Packument.Name.Value,
            Version = version.Version,
            Registry = snapshot.Document.Registry.Key,
            Sha512 = digest,
            Shasum = staged.Shasum,
            Size = staged.Length,
            FetchedAt = time.GetUtcNow(),
        };
        await KeepAsync(row, cancellationToken);
        return new TarballFinding.Found(Stored(row));
    }

    private Task<bool> KeepAsync(UpstreamTarballRow row, CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        // One of before the name's route led here, or whose bytes were lost.
        await commit.Db.UpstreamTarballs.Where(found => found.Name == row.Name && found.Version == row.Version).ExecuteDeleteAsync(stop);
        commit.Db.UpstreamTarballs.Add(row);
        return true;
    }, cancellationToken);

    private static bool Keeps(PromisedDigest? promised, UpstreamTarballRow row) => promised is { Algorithm: var algorithm } && (
        algorithm == HashAlgorithmName.SHA512 ? promised.IsKeptBy(row.Sha512)
        : algorithm != HashAlgorithmName.SHA1 || promised.IsKeptBy(Convert.FromHexString(row.Shasum)));

    private static StoredTarball Stored(UpstreamTarballRow row) =>
        new(BlobKey.FromSha512(row.Sha512), row.Size, $"\"{Convert.ToHexStringLower(row.Sha512.AsSpan(0, 16))}\"");
}
