using System.Security.Cryptography;
using Assay.Npm;
using Assay.Provenance.Envelopes;
using Assay.Provenance.Log.Rekor;
using Assay.Provenance.Statements;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Signing;
using Assay.Server.Transparency;

namespace Assay.Server.Attestations;

/// <summary>
/// States of a version, in the commit that makes it visible, that this registry took it and from which run; signs both, and logs both. So there is provenance
/// for every trusted publish, wherever its CI runs.
/// </summary>
internal sealed class AttestVersion(LogWriter log, PublicUrl publicUrl)
{
    private readonly string registry = publicUrl.Base.AbsoluteUri.TrimEnd('/');

    /// <summary>The version must have its id.</summary>
    public async Task RunAsync(
        Commit commit, VersionRow version, PackageManifest manifest, StatedProvenance provenance, SigningKey key, CancellationToken cancellationToken)
    {
        var subject = new StatementSubject(manifest.Name, manifest.Version, Integrity.FromSha512(version.Sha512));
        (string Type, byte[] Statement)[] stated =
        [
            (PublishStatement.PredicateType, PublishStatement.Write(subject, registry)),
            (ProvenanceStatement.PredicateType, ProvenanceStatement.Write(subject, registry, provenance.ToStatedRun())),
        ];
        foreach (var (type, statement) in stated)
        {
            var row = await LoggedAsync(commit, version, manifest.Name, type, statement, key, cancellationToken);
            row.IsSourcePublic = provenance.Run.IsSourcePublic;
            commit.Db.Attestations.Add(row);
        }
    }

    /// <summary>
    /// Keeps the bundle that a client brought. Its certificate names the repository, so that the log commits to it and does not have its entry.
    /// </summary>
    public async Task KeepAsync(Commit commit, VersionRow version, PackageName name, VerifiedProvenance brought, CancellationToken cancellationToken)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(brought.BundleJson.Span));
        var index = await log.AppendAsync(commit, LogEvent.Attestation(name.Value, version.Version, brought.PredicateType, digest), cancellationToken);
        commit.Db.Attestations.Add(new AttestationRow
        {
            VersionId = version.Id,
            PredicateType = brought.PredicateType,
            Bundle = brought.BundleJson.ToArray(),
            LeafIndex = index,
            IntegratedAt = brought.SignedAt,
        });
    }

    private async Task<AttestationRow> LoggedAsync(
        Commit commit, VersionRow version, PackageName name, string type, byte[] statement, SigningKey key, CancellationToken cancellationToken)
    {
        var envelope = DsseEnvelope.Sign(statement, key.Id, bytes => key.Sign(bytes.Span));
        var entry = RekorDsseEntry.Body(envelope.ToBytes(), statement, envelope.Signature.Span, key.PublicKey.Span);
        var (index, signers) = await log.AppendAsync(commit, entry, name.Value, version.Version, cancellationToken);
        var integrated = DateTimeOffset.FromUnixTimeSeconds(commit.Now.ToUnixTimeSeconds());
        return new AttestationRow
        {
            VersionId = version.Id,
            PredicateType = type,
            Statement = statement,
            Signature = envelope.Signature.ToArray(),
            KeyId = key.Id,
            LeafIndex = index,
            IntegratedAt = integrated,
            LogKeyId = signers.EntryKeyId,
            EntryTimestamp = signers.SignEntry(RekorEntryTimestamp.Payload(entry, integrated, signers.EntryKey, index)),
        };
    }
}
