using System.Text;
using Assay.Provenance.Log.Notes;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Signing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Transparency;

/// <summary>The log as people look at it.</summary>
/// <param name="Head">What the newest checkpoint says.</param>
/// <param name="Text">That checkpoint, as it is signed and served.</param>
/// <param name="At">When it was signed.</param>
/// <param name="Keys">The log's keys, the newest first.</param>
/// <param name="Witnesses">Those that the operator named.</param>
internal sealed record ShownLog(TreeHead Head, string Text, DateTimeOffset At, IReadOnlyList<ShownLogKey> Keys, IReadOnlyList<ShownWitness> Witnesses);

/// <summary>A key of the log: its text as a verifier key, and until when it signed.</summary>
internal sealed record ShownLogKey(string Algorithm, string KeyId, string Note, DateTimeOffset Since, DateTimeOffset? Until);

/// <summary>A witness, and what it signed last; null where that is longer ago than is looked.</summary>
internal sealed record ShownWitness(string Name, string Key, Uri Url, DateTimeOffset? LastAt, long? LastSize);

/// <summary>Shows the newest checkpoint, with the keys and witnesses behind it.</summary>
internal sealed class ShowLog(RegistryDbSource source, LogReading reading, LogKeys keys, IOptions<LogOptions> options)
{
    // A witness that has not signed one of so many is not in touch.
    private const int CheckpointsSearched = 50;

    private readonly IReadOnlyList<Witness> witnesses = Witness.ReadAll(options.Value);

    public async Task<ShownLog> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var newest = await LogReading.NewestAsync(db, cancellationToken);
        var checkpoint = await reading.VerifiedAsync(newest, cancellationToken);
        var origin = checkpoint.Head.Origin;
        var listed = await keys.ListAsync(cancellationToken);
        return new ShownLog(
            checkpoint.Head, Encoding.UTF8.GetString(LogReading.Served(newest)), newest.At, [.. listed.Select(row => Shown(row, origin))],
            await WitnessesAsync(db, cancellationToken));
    }

    private async Task<IReadOnlyList<ShownWitness>> WitnessesAsync(RegistryDb db, CancellationToken cancellationToken)
    {
        if (witnesses.Count == 0)
        {
            return [];
        }
        var rows = await db.LogCheckpoints.Where(row => row.Witnessed != null).OrderByDescending(row => row.Size).Take(CheckpointsSearched).ToListAsync(cancellationToken);
        var lines = new List<(string Witness, DateTimeOffset? At, long Size)>();
        foreach (var row in rows)
        {
            var checkpoint = await reading.VerifiedAsync(row, [.. witnesses.Select(witness => witness.Key)], cancellationToken);
            lines.AddRange(checkpoint.Cosignatures.Select(line => (line.Key.Name, line.Time, row.Size)));
            if (witnesses.All(witness => lines.Exists(line => line.Witness == witness.Key.Name)))
            {
                break;
            }
        }
        return [.. witnesses.Select(witness => Shown(witness, lines.FirstOrDefault(line => line.Witness == witness.Key.Name)))];
    }

    private static ShownWitness Shown(Witness witness, (string? Witness, DateTimeOffset? At, long Size) last) =>
        new(witness.Key.Name, witness.Key.ToString(), witness.Url, last.At, last.Witness is null ? null : last.Size);

    private static ShownLogKey Shown(SigningKeyRow row, string origin) => new(
        row.Purpose == KeyPurpose.LogEcdsa ? "ECDSA P-256" : "Ed25519", row.KeyId, LogKeys.NoteKeyOf(row, origin).ToString(), row.CreatedAt, row.ExpiresAt);
}
