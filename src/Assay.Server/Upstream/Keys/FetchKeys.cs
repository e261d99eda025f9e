using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Provenance.Sigstore.Keys;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Upstream;

/// <summary>
/// Asks a registry for its keys (<c>/-/npm/v1/keys</c>). A key whose id another registry's key has, or one of ours, is left out: clients know keys by
/// their ids alone.
/// </summary>
internal sealed partial class FetchKeys(UpstreamClient client, CommitQueue commits, TimeProvider time, ILogger<FetchKeys> logger)
{
    private const int LongestAnswer = 256 * 1024;
    private const int MostKeys = 50;
    private const string Curve = "ecdsa-sha2-nistp256";

    /// <summary>False when it did not say, and should be asked again soon. Nothing is ever taken away.</summary>
    public async Task<bool> RunAsync(UpstreamRegistry registry, CancellationToken cancellationToken)
    {
        switch (await client.GetAsync(registry, new Uri(registry.Url, "-/npm/v1/keys"), headers => headers.TryAddWithoutValidation("Accept", "application/json"), cancellationToken))
        {
            case UpstreamAnswer.Body body:
                using (body)
                {
                    return await TakeAsync(registry, body.Response, cancellationToken);
                }
            case UpstreamAnswer.Failed failed when !SaysNone(failed.Status):
                NotFetched(failed.Reason);
                return false;
            default:
                return true;
        }
    }

    // Registries that know no such address say so in many ways.
    private static bool SaysNone(int? status) => status is >= 400 and < 500 and not (408 or 425 or 429);

    private async Task<bool> TakeAsync(UpstreamRegistry registry, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        try
        {
            await client.CopyAsync(response, LongestAnswer, UpstreamClient.ShortPatience, async (piece, stop) => await bytes.WriteAsync(piece, stop), cancellationToken);
            var keys = Read(registry, StrictJson.Parse(bytes.ToArray()), time.GetUtcNow());
            await commits.RunAsync((commit, stop) => KeepAsync(commit, registry, keys, stop), cancellationToken);
            return true;
        }
        catch (Exception failure) when (failure is UpstreamBroken or JsonException)
        {
            NotFetched($"{registry} {(failure is UpstreamBroken ? failure.Message : "sent keys that cannot be read")}");
            return false;
        }
    }

    private static List<UpstreamKeyRow> Read(UpstreamRegistry registry, JsonNode? json, DateTimeOffset now) =>
    [
        .. ((json as JsonObject)?["keys"] as JsonArray ?? []).OfType<JsonObject>().Take(MostKeys).Select(key => ReadOne(registry, key, now)).OfType<UpstreamKeyRow>(),
    ];

    private static UpstreamKeyRow? ReadOne(UpstreamRegistry registry, JsonObject json, DateTimeOffset now)
    {
        if (json.Text("keyid") is not { Length: > 0 and <= 200 } id || json.Text("keytype") != Curve || json.Text("scheme") != Curve || json.Text("key") is not { } text)
        {
            return null;
        }
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && VerificationKey.TryCreate(bytes.AsSpan(0, length), out _)
            ? new UpstreamKeyRow
            {
                Registry = registry.Key,
                KeyId = id,
                KeyType = Curve,
                Scheme = Curve,
                Key = text,
                ExpiresAt = DateTimeOffset.TryParse(json.Text("expires"), System.Globalization.CultureInfo.InvariantCulture, out var end) ? end : null,
                SeenAt = now,
            }
            : null;
    }

    private static async Task<bool> KeepAsync(Commit commit, UpstreamRegistry registry, List<UpstreamKeyRow> keys, CancellationToken cancellationToken)
    {
        var ours = await commit.Db.SigningKeys.Select(row => row.KeyId).ToListAsync(cancellationToken);
        var known = await commit.Db.UpstreamKeys.AsTracking().ToListAsync(cancellationToken);
        foreach (var key in keys.DistinctBy(key => key.KeyId).Where(key => !ours.Contains(key.KeyId)))
        {
            if (known.FirstOrDefault(row => row.Registry == registry.Key && row.KeyId == key.KeyId) is { } same)
            {
                // The key under an id never changes; when it ends may become known.
                same.ExpiresAt = same.Key == key.Key ? key.ExpiresAt : same.ExpiresAt;
            }
            else if (known.All(row => row.KeyId != key.KeyId || row.Key == key.Key))
            {
                commit.Db.UpstreamKeys.Add(key);
            }
        }
        if (commit.Db.ChangeTracker.HasChanges())
        {
            commit.Changed(UpstreamKeys.ChangeKey);
        }
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Keys not fetched: {Reason}")]
    private partial void NotFetched(string reason);
}
