using System.Globalization;
using System.Text.Json.Nodes;
using Assay.Provenance.Log;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Signing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Transparency;

/// <summary>The log as monitors and witnesses read it (c2sp.org/tlog-tiles).</summary>
internal static class LogEndpoints
{
    private const string Prefix = "/-/assay/v1/log";
    private const string Text = "text/plain; charset=utf-8";
    private const string Binary = "application/octet-stream";
    private const string Forever = "max-age=31536000, immutable";

    public static void MapLog(this IEndpointRouteBuilder app)
    {
        var log = app.MapGroup(Prefix).AddEndpointFilter(RefuseStrangersAsync);
        log.MapGet("", DescribeAsync);
        log.MapGet("/checkpoint", CheckpointAsync);
        log.MapGet("/checkpoint/witnessed", WitnessedAsync);
        log.MapGet("/tile/{**rest}", TileAsync);
        log.MapGet("/proof/{index:long}", ProofAsync);
    }

    private static async ValueTask<object?> RefuseStrangersAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var options = invocation.HttpContext.RequestServices.GetRequiredService<IOptions<LogOptions>>().Value;
        return LogRights.Refuse(await Caller.BindAsync(invocation.HttpContext), options) ?? await next(invocation);
    }

    private static async Task<IResult> DescribeAsync(RegistryDbSource source, LogKeys keys, IOptions<LogOptions> options, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var origin = await LogReading.OriginAsync(db, cancellationToken);
        var listed = (await keys.ListAsync(cancellationToken)).Select(row => Shown(row, origin));
        return JsonAnswer.Ok(new JsonObject
        {
            ["origin"] = origin,
            ["size"] = (await LogReading.NewestAsync(db, cancellationToken)).Size,
            ["keys"] = new JsonArray([.. listed]),
            ["read"] = options.Value.Read == LogReaders.Public ? "public" : "members",
        });
    }

    private static JsonObject Shown(SigningKeyRow row, string origin) => new()
    {
        ["algorithm"] = row.Purpose == KeyPurpose.LogEcdsa ? "ecdsa-p256" : "ed25519",
        ["keyid"] = row.KeyId,
        ["note"] = LogKeys.NoteKeyOf(row, origin).ToString(),
        ["publicKey"] = Convert.ToBase64String(row.PublicKey),
        // Entries say when they came in to the second, and the first may come in the second that made the key.
        ["since"] = row.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["until"] = row.ExpiresAt is { } end ? JsonTime.Of(end) : null,
    };

    private static async Task<IResult> CheckpointAsync(RegistryDbSource source, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return new BytesAnswer(LogReading.Served(await LogReading.NewestAsync(db, cancellationToken)), Text, "no-cache");
    }

    private static async Task<IResult> WitnessedAsync(RegistryDbSource source, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var row = await db.LogCheckpoints.Where(found => found.Witnessed != null).OrderByDescending(found => found.Size).FirstOrDefaultAsync(cancellationToken);
        return row is null
            ? NpmError.NotFound("No witness has signed a checkpoint of this log. Witnesses are named in Assay:Log:Witnesses.", "not-witnessed")
            : new BytesAnswer(LogReading.Served(row), Text, "no-cache");
    }

    private static async Task<IResult> TileAsync(
        string rest, RegistryDbSource source, IOptions<LogOptions> options, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        if (!TilePath.TryParse($"tile/{rest}", out var path) || !path.IsWithin((await LogReading.NewestAsync(db, cancellationToken)).Size))
        {
            return NpmError.NotFound("The log has no such tile, or not yet.", "not-in-the-log");
        }
        var bytes = path.Level is null
            ? await LogTiles.EntriesAsync(db, path, cancellationToken)
            : await LogTiles.ReadAsync(db, path, cancellationToken);
        return new BytesAnswer(bytes, Binary, $"{(options.Value.Read == LogReaders.Public ? "public" : "private")}, {Forever}");
    }

    private static async Task<IResult> ProofAsync(long index, RegistryDbSource source, LogReading reading, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await reading.ReceiptAsync(db, index, cancellationToken) is { } receipt
            ? new BytesAnswer(receipt.ToBytes(), Text, "no-cache")
            : NpmError.NotFound($"The log has no leaf {index}, or not yet.", "not-in-the-log");
    }
}
