using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Assay.Provenance.Log.Notes;
using Assay.Provenance.Log.Witnesses;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Transparency;

/// <summary>
/// Shows a log that has grown to its witnesses, behind the requests, and keeps what they sign. With witnesses the operator too can no longer
/// show two histories.
/// </summary>
internal sealed partial class ShowWitnesses(
    RegistryDbSource source, CommitQueue commits, LogReading reading, IOptions<LogOptions> options, TimeProvider time, ILogger<ShowWitnesses> logger) : BackgroundService
{
    private const int LongestAnswer = 16 * 1024;

    private readonly IReadOnlyList<Witness> witnesses = Witness.ReadAll(options.Value);
    private readonly ConcurrentDictionary<string, long> seen = new(StringComparer.Ordinal);
    private long shown;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (witnesses.Count == 0)
        {
            return;
        }
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.WitnessSeconds), time);
        do
        {
            await TryRunAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task TryRunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Failed(failure);
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var row = await LogReading.NewestAsync(db, cancellationToken);
        if (row.Size == shown)
        {
            return;
        }
        // What one of them signed at an earlier tick stays.
        var checkpoint = await reading.VerifiedAsync(row, [.. witnesses.Select(witness => witness.Key)], cancellationToken);
        foreach (var witness in witnesses)
        {
            if (await AskAsync(db, witness, checkpoint, cancellationToken) is { } cosigned)
            {
                checkpoint = cosigned;
            }
        }
        if (checkpoint.Cosignatures.Any())
        {
            await KeepAsync(row.Size, checkpoint.ToBytes().ToArray(), cancellationToken);
        }
        // Whoever did not answer is asked again at the next tick.
        shown = witnesses.All(witness => checkpoint.Cosignatures.Any(line => line.Key.Name == witness.Key.Name)) ? row.Size : 0;
    }

    private Task<int> KeepAsync(long size, byte[] note, CancellationToken cancellationToken) => commits.RunAsync(
        (commit, stop) => commit.Db.LogCheckpoints.Where(row => row.Size == size).ExecuteUpdateAsync(row => row.SetProperty(found => found.Witnessed, note), stop),
        cancellationToken);

    /// <summary>The checkpoint with the witness's line; null when it did not sign.</summary>
    private async Task<Checkpoint?> AskAsync(RegistryDb db, Witness witness, Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        var from = seen.GetValueOrDefault(witness.Key.Name);
        // Twice: the first answer may say which size it knows.
        for (var attempt = 0; attempt < 2 && from <= checkpoint.Head.Size; attempt++)
        {
            switch (await SendAsync(db, witness, checkpoint, from, cancellationToken))
            {
                case WitnessAnswer.Cosigned cosigned:
                    seen[witness.Key.Name] = checkpoint.Head.Size;
                    return cosigned.Checkpoint;
                case WitnessAnswer.SawSize saw:
                    from = seen[witness.Key.Name] = saw.Size;
                    break;
                case WitnessAnswer.Refused { Status: StatusCodes.Status422UnprocessableEntity }:
                    Forked(witness.Url, from, checkpoint.Head.Size);
                    return null;
                case WitnessAnswer.Refused refused:
                    Refused(witness.Url, refused.Status, checkpoint.Head.Size);
                    return null;
                default:
                    Unusable(witness.Url, witness.Key.Name);
                    return null;
            }
        }
        SawMore(witness.Url, from, checkpoint.Head.Size);
        return null;
    }

    private async Task<WitnessAnswer> SendAsync(RegistryDb db, Witness witness, Checkpoint checkpoint, long from, CancellationToken cancellationToken)
    {
        var proof = await LogTiles.Proofs(db, checkpoint.Head.Size).ConsistencyAsync(from, cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(options.Value.WitnessTimeoutSeconds));
        try
        {
            return await PostAsync(witness, new WitnessRequest(proof, checkpoint).ToBytes(), checkpoint, limit.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new WitnessAnswer.Refused(0);
        }
    }

    private static async Task<WitnessAnswer> PostAsync(Witness witness, byte[] body, Checkpoint sent, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        using var client = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(witness.Url, WitnessRequest.Path)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        using var response = await client.SendAsync(request, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[LongestAnswer];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return WitnessAnswer.Read((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, buffer.AsSpan(0, length), sent, [witness.Key]);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log could not be shown to its witnesses; tried again at the next tick")]
    private partial void Failed(Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The witness {Url} did not sign the log's {Size} leaves (status {Status}; 0: no answer)")]
    private partial void Refused(Uri url, int status, long size);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What the witness {Url} answered is not signed by {Key}")]
    private partial void Unusable(Uri url, string key);

    [LoggerMessage(Level = LogLevel.Error, Message =
        "The witness {Url} has seen {Seen} leaves of this log, and its {Size} do not go on from them: "
        + "an older copy of the database goes on under the same name, or somebody else signs with its keys")]
    private partial void Forked(Uri url, long seen, long size);

    [LoggerMessage(Level = LogLevel.Error, Message =
        "The witness {Url} has seen {Seen} leaves of this log, which has {Size}: "
        + "an older copy of the database goes on under the same name, or somebody else signs with its keys")]
    private partial void SawMore(Uri url, long seen, long size);
}
