namespace Assay.Provenance.Sigstore.Bundles;

/// <summary>The shape of a log entry.</summary>
internal static class LogEntryReader
{
    public static UnverifiedLogEntry Read(ProtoObject entry)
    {
        var kind = entry.Object("kindVersion");
        return new UnverifiedLogEntry
        {
            LogId = entry.Object("logId").Bytes("keyId"),
            LogIndex = entry.Number("logIndex"),
            Kind = kind.Text("kind"),
            Version = kind.Text("version"),
            IntegratedTime = entry.Number("integratedTime"),
            Promise = entry.OptionalObject("inclusionPromise")?.Bytes("signedEntryTimestamp") ?? [],
            Proof = entry.OptionalObject("inclusionProof") is { } proof ? ReadProof(proof) : null,
            Body = entry.Bytes("canonicalizedBody"),
        };
    }

    private static UnverifiedProof ReadProof(ProtoObject proof)
    {
        var checkpoint = proof.OptionalObject("checkpoint")?.Text("envelope") ?? "";
        return checkpoint.Length <= BundleLimits.Default.CheckpointCharacters
            ? new UnverifiedProof(
                proof.Number("logIndex"),
                proof.Number("treeSize"),
                proof.Bytes("rootHash"),
                proof.ListOfBytes("hashes", BundleLimits.Default.ProofHashes),
                checkpoint)
            : throw new MalformedException("the checkpoint is too long");
    }
}
