using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Blobs;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream.Cache;

/// <summary>Attestations of upstream versions, passed on as they came and kept: clients verify them themselves.</summary>
internal sealed class UpstreamAttestations(
    RegistryDbSource source, CommitQueue commits, IBlobStore blobs, DataDirectory directory, UpstreamClient client, IOptions<UpstreamOptions> options)
{
    private const int LongestAnswer = 4 * 1024 * 1024;

    private readonly OneAtATime<JsonAnswer?> fetches = new();

    public async Task<IResult> FindAsync(UpstreamSnapshot snapshot, ForeignVersion version, CancellationToken cancellationToken)
    {
        var what = $"{snapshot.Packument.Name}@{version.Version}";
        if (await CachedAsync(snapshot, version, cancellationToken) is { } cached)
        {
            return new BytesAnswer(cached, "application/json", snapshot.CacheControl);
        }
        if (await fetches.RunAsync(what, () => FetchAsync(snapshot, version, what), cancellationToken) is { } failed)
        {
            return failed;
        }
        return await CachedAsync(snapshot, version, cancellationToken) is { } fetched
            ? new BytesAnswer(fetched, "application/json", snapshot.CacheControl)
            : NpmError.NotFound($"There are no attestations of {what} here.", "no-attestations");
    }

    private async Task<byte[]?> CachedAsync(UpstreamSnapshot snapshot, ForeignVersion version, CancellationToken cancellationToken)
    {
        var (name, text, registry) = (snapshot.Packument.Name.Value, version.Version, snapshot.Document.Registry.Key);
        await using var db = source.Open();
        var digest = await db.UpstreamAttestations.Where(row => row.Name == name && row.Version == text && row.Registry == registry)
            .Select(row => row.Sha512).SingleOrDefaultAsync(cancellationToken);
        await using var stream = digest is null ? null : await blobs.OpenAsync(BlobKey.FromSha512(digest), cancellationToken);
        if (stream is null)
        {
            return null;
        }
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    // Null when they are in the cache now, or the registry has none.
    private async Task<JsonAnswer?> FetchAsync(UpstreamSnapshot snapshot, ForeignVersion version, string what)
    {
        var registry = snapshot.Document.Registry;
        if (options.Value.Offline)
        {
            return UpstreamErrors.Failed($"What is attested of {what}", $"{registry} is not asked: this registry works offline", isOffline: true);
        }
        var url = new Uri(registry.Url, $"-/npm/v1/attestations/{snapshot.Packument.Name.Escaped}@{Uri.EscapeDataString(version.Version)}");
        switch (await client.GetAsync(registry, url, headers => headers.TryAddWithoutValidation("Accept", "application/json"), CancellationToken.None))
        {
            case UpstreamAnswer.Body body:
                using (body)
                {
                    return await TakeAsync(snapshot, version, body.Response, what);
                }
            case UpstreamAnswer.Missing:
                return null;
            case var failed:
                return UpstreamErrors.Failed($"What is attested of {what}", (failed as UpstreamAnswer.Failed)?.Reason ?? $"{registry} answered 304", isOffline: false);
        }
    }

    private async Task<JsonAnswer?> TakeAsync(UpstreamSnapshot snapshot, ForeignVersion version, HttpResponseMessage response, string what)
    {
        await using var staged = new StagedTarball(directory);
        try
        {
            await client.CopyAsync(response, LongestAnswer, UpstreamClient.ShortPatience, staged.AppendAsync, CancellationToken.None);
            staged.Complete();
            // Never an empty list: npm 11 counts one as verified.
            if (await ReadAsync(staged) is not JsonObject json || json["attestations"] is not JsonArray { Count: > 0 })
            {
                return null;
            }
        }
        catch (Exception failure) when (failure is UpstreamBroken or JsonException)
        {
            return UpstreamErrors.Failed($"What is attested of {what}", $"{snapshot.Document.Registry} {(failure is UpstreamBroken ? failure.Message : "sent no JSON")}", isOffline: false);
        }
        var digest = staged.Integrity.Digest.ToArray();
        await blobs.PutAsync(BlobKey.FromSha512(digest), staged.Rewound(), CancellationToken.None);
        await commits.RunAsync((commit, stop) => KeepAsync(commit, snapshot, version, digest, stop), CancellationToken.None);
        return null;
    }

    private static async Task<JsonNode?> ReadAsync(StagedTarball staged)
    {
        using var bytes = new MemoryStream();
        await staged.Rewound().CopyToAsync(bytes);
        return StrictJson.Parse(bytes.ToArray());
    }

    private static async Task<bool> KeepAsync(Commit commit, UpstreamSnapshot snapshot, ForeignVersion version, byte[] digest, CancellationToken cancellationToken)
    {
        var (name, text) = (snapshot.Packument.Name.Value, version.Version);
        await commit.Db.UpstreamAttestations.Where(row => row.Name == name && row.Version == text).ExecuteDeleteAsync(cancellationToken);
        commit.Db.UpstreamAttestations.Add(new UpstreamAttestationsRow { Name = name, Version = text, Registry = snapshot.Document.Registry.Key, Sha512 = digest, FetchedAt = commit.Now });
        return true;
    }
}
