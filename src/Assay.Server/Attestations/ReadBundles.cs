using System.Text.Json.Nodes;
using Assay.Provenance.Envelopes;
using Assay.Provenance.Log.Rekor;
using Assay.Provenance.Sigstore.Bundles;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Transparency;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Attestations;

/// <summary>
/// Puts an attestation of the registry together with the proof that the log has it. The proof is against the first checkpoint with its leaf, so the bundle is always the same.
/// </summary>
internal sealed class ReadBundles(LogReading reading, LogKeys keys)
{
    public async Task<JsonNode> ReadAsync(RegistryDb db, AttestationRow row, CancellationToken cancellationToken) =>
        JsonNode.Parse(row.Bundle ?? await WriteAsync(db, row, cancellationToken))!;

    private async Task<byte[]> WriteAsync(RegistryDb db, AttestationRow row, CancellationToken cancellationToken)
    {
        var envelope = new DsseEnvelope(DsseEnvelope.StatementType, row.Statement, row.Signature, row.KeyId!);
        return row.PublicEntry is { } entry ? KeyBundle.Write(envelope, JsonNode.Parse(entry)!.AsObject()) : KeyBundle.Write(envelope, await EntryAsync(db, row, cancellationToken));
    }

    private async Task<LoggedEntry> EntryAsync(RegistryDb db, AttestationRow row, CancellationToken cancellationToken)
    {
        var body = await db.LogLeaves.Where(leaf => leaf.Index == row.LeafIndex).Select(leaf => leaf.Leaf).SingleAsync(cancellationToken);
        var checkpoint = await reading.VerifiedAsync(await LogReading.FirstWithAsync(db, row.LeafIndex, cancellationToken), cancellationToken);
        var log = (await keys.ListAsync(cancellationToken)).Single(key => key.KeyId == row.LogKeyId);
        return new LoggedEntry(
            body,
            row.IntegratedAt,
            LogKeys.EcdsaKey(checkpoint.Head.Origin, log.PublicKey),
            row.EntryTimestamp,
            await LogTiles.Proofs(db, checkpoint.Head.Size).InclusionAsync(row.LeafIndex, cancellationToken),
            checkpoint);
    }
}
