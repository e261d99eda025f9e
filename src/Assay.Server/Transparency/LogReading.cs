using System.Text;
using System.Text.Json.Nodes;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Notes;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Transparency;

/// <summary>What readers get of the log: its checkpoints, and proofs of its leaves.</summary>
internal sealed class LogReading(LogKeys keys)
{
    public static Task<LogCheckpointRow> NewestAsync(RegistryDb db, CancellationToken cancellationToken) =>
        db.LogCheckpoints.OrderByDescending(row => row.Size).FirstAsync(cancellationToken);

    /// <summary>The oldest checkpoint that has the leaf.</summary>
    public static Task<LogCheckpointRow> FirstWithAsync(RegistryDb db, long index, CancellationToken cancellationToken) =>
        db.LogCheckpoints.Where(row => row.Size > index).OrderBy(row => row.Size).FirstAsync(cancellationToken);

    /// <summary>The checkpoint as it is served, with the lines of witnesses that have seen this size.</summary>
    public static byte[] Served(LogCheckpointRow row) => row.Witnessed ?? row.Note;

    public static Task<string> OriginAsync(RegistryDb db, CancellationToken cancellationToken) =>
        db.Log.Select(row => row.Origin).SingleAsync(cancellationToken);

    /// <summary>The checkpoint as the log signed it, under the name that it had then, with what it says.</summary>
    public Task<Checkpoint> VerifiedAsync(LogCheckpointRow row, CancellationToken cancellationToken) => VerifiedAsync(row, row.Note, [], cancellationToken);

    /// <summary>With the lines that these witnesses have signed already.</summary>
    public Task<Checkpoint> VerifiedAsync(LogCheckpointRow row, IReadOnlyCollection<WitnessKey> witnesses, CancellationToken cancellationToken) =>
        VerifiedAsync(row, Served(row), witnesses, cancellationToken);

    private async Task<Checkpoint> VerifiedAsync(
        LogCheckpointRow row, byte[] note, IReadOnlyCollection<WitnessKey> witnesses, CancellationToken cancellationToken) =>
        UnverifiedCheckpoint.TryParse(note, out var unverified)
        && unverified.TryVerify(await keys.KnownAsync(unverified.Origin, cancellationToken), witnesses, out var checkpoint, out _)
            ? checkpoint
            : throw new InvalidOperationException($"The stored checkpoint of {row.Size} leaves is not one of this log.");

    /// <summary>A receipt against the newest checkpoint; null when there is no such leaf. It carries the opening of what everybody may know.</summary>
    public async Task<LogReceipt?> ReceiptAsync(RegistryDb db, long index, CancellationToken cancellationToken)
    {
        if (await db.LogLeaves.SingleOrDefaultAsync(row => row.Index == index, cancellationToken) is not { } leaf)
        {
            return null;
        }
        var checkpoint = await VerifiedAsync(await NewestAsync(db, cancellationToken), cancellationToken);
        var proof = await LogTiles.Proofs(db, checkpoint.Head.Size).InclusionAsync(index, cancellationToken);
        var extra = leaf is { Package: null, Audience: LogAudience.Readers } ? Opening(leaf)?.ToJsonString() : null;
        return new LogReceipt(proof, checkpoint, Encoding.UTF8.GetBytes(extra ?? ""));
    }

    public static JsonObject? Opening(LogLeafRow leaf) => leaf is { Salt: { } salt, Event: { } text }
        ? new JsonObject { ["salt"] = Convert.ToHexStringLower(salt), ["event"] = text }
        : null;
}
