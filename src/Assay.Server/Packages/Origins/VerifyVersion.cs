using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Provenance.Keys;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Events;
using Assay.Provenance.Sigstore.Keys;
using Assay.Provenance.Sigstore.Roots;
using Assay.Server.Answers;
using Assay.Server.Attestations;
using Assay.Server.Blobs;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Signing;
using Assay.Server.Transparency;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>How one check of a version ended.</summary>
internal enum CheckOutcome
{
    Verified,

    /// <summary>There is nothing to check.</summary>
    Absent,

    /// <summary>It is not as it should be.</summary>
    Refuted,
}

/// <summary>What of a version's story a step speaks of.</summary>
internal enum CheckedPart
{
    /// <summary>The bytes, and what the registry signed.</summary>
    Publish,
    Log,

    /// <summary>What is stated of the run and its source.</summary>
    Run,
}

/// <summary>One step: what was checked, how it ended, and what was found.</summary>
internal sealed record CheckedStep(string Name, CheckOutcome Outcome, string Text)
{
    public CheckedPart Part { get; init; }
}

/// <summary>
/// Checks a version from the ground: its bytes, the registry's signature, its entries in the log, and each statement as a client would. Nothing is taken from memory. Who does not believe this registry
/// runs <c>assay verify</c> elsewhere; the steps are the same.
/// </summary>
internal sealed class VerifyVersion(
    RegistryDbSource source, PackageDocuments documents, IBlobStore blobs, SigningKeys keys, LogReading log, ReadBundles bundles, VerifyStored verify, PrivateRoots privateRoots, ClientTrust clientTrust)
{
    /// <summary>Null when there is no such version for this caller.</summary>
    public async Task<IReadOnlyList<CheckedStep>?> RunAsync(PackageName name, string version, Caller caller, CancellationToken cancellationToken)
    {
        if (await documents.FindReadableAsync(name, caller, cancellationToken) is not { } snapshot || snapshot.Facts.Versions.All(known => known.Version != version))
        {
            return null;
        }
        await using var db = source.Open();
        var package = await db.Packages.SingleAsync(row => row.Name == name.Value, cancellationToken);
        var row = await db.Versions.SingleAsync(found => found.PackageId == package.Id && found.Version == version, cancellationToken);
        return
        [
            await BytesAsync(row, cancellationToken),
            await SignatureAsync(name, row, cancellationToken),
            .. await LogAsync(db, name, row, cancellationToken),
            .. await StatementsAsync(db, package, row, caller, cancellationToken),
        ];
    }

    private async Task<CheckedStep> BytesAsync(VersionRow row, CancellationToken cancellationToken)
    {
        const string Step = "Bytes";
        await using var content = await blobs.OpenAsync(BlobKey.FromSha512(row.Sha512), cancellationToken);
        if (content is null)
        {
            return new CheckedStep(Step, CheckOutcome.Refuted, "The store does not have them. Tell the registry's operator.");
        }
        var digest = await SHA512.HashDataAsync(content, cancellationToken);
        return digest.AsSpan().SequenceEqual(row.Sha512)
            ? new CheckedStep(Step, CheckOutcome.Verified, $"Read {row.Size} bytes; their SHA-512 is the one in the registry's facts.")
            : new CheckedStep(Step, CheckOutcome.Refuted, "What is stored has another SHA-512 than the registry's facts. Tell the registry's operator.");
    }

    private async Task<CheckedStep> SignatureAsync(PackageName name, VersionRow row, CancellationToken cancellationToken)
    {
        const string Step = "Registry signature";
        if (row is not { SignatureKeyId: { } id, Signature: { } signature })
        {
            return new CheckedStep(Step, CheckOutcome.Absent, "Published before this registry signed.");
        }
        var key = (await keys.ListAsync(cancellationToken)).FirstOrDefault(known => known.Purpose == KeyPurpose.Registry && known.KeyId == id);
        return key is not null && VerificationKey.TryCreate(key.PublicKey, out var public_)
            && public_.Verifies(VersionSignature.Message(name, row.Version, Integrity.FromSha512(row.Sha512)), signature)
            ? new CheckedStep(Step, CheckOutcome.Verified, $"{id} signed this name, version and SHA-512.")
            : new CheckedStep(Step, CheckOutcome.Refuted, $"The signature of {id} is not one of this name, version and SHA-512.");
    }

    private async Task<IReadOnlyList<CheckedStep>> LogAsync(RegistryDb db, PackageName name, VersionRow row, CancellationToken cancellationToken)
    {
        var newest = await LogReading.NewestAsync(db, cancellationToken);
        var checkpoint = await log.VerifiedAsync(newest, cancellationToken);
        var head = new CheckedStep("Log checkpoint", CheckOutcome.Verified, $"Signed by the log {checkpoint.Head.Origin} over {checkpoint.Head.Size} entries.") { Part = CheckedPart.Log };
        var leaves = await db.LogLeaves
            .Where(leaf => leaf.Package == name.Value && leaf.Version == row.Version && leaf.Index < checkpoint.Head.Size).OrderBy(leaf => leaf.Index).ToListAsync(cancellationToken);
        List<CheckedStep> steps = [head];
        foreach (var leaf in leaves)
        {
            var proof = await LogTiles.Proofs(db, checkpoint.Head.Size).InclusionAsync(leaf.Index, cancellationToken);
            var isIn = proof.Verifies(LogHash.OfLeaf(leaf.Leaf), checkpoint.Head.Root);
            steps.Add(new CheckedStep(
                $"Log entry {leaf.Index} ({(leaf.Kind == LogKind.Dsse ? "statement" : leaf.Kind)})", isIn ? CheckOutcome.Verified : CheckOutcome.Refuted,
                isIn ? $"{proof.Hashes.Count} hashes lead from it to the root that the checkpoint signs." : "The proof does not lead to the root that the checkpoint signs.")
            { Part = CheckedPart.Log });
        }
        return [.. steps, Published(leaves, name, row) with { Part = CheckedPart.Log }];
    }

    /// <summary>The log commits to a publish of exactly these bytes.</summary>
    private static CheckedStep Published(IReadOnlyList<LogLeafRow> leaves, PackageName name, VersionRow row)
    {
        const string Step = "Publish in the log";
        var leaf = leaves.FirstOrDefault(leaf => leaf.Kind == LogKind.Publish);
        if (leaf is null)
        {
            return new CheckedStep(Step, CheckOutcome.Refuted, "The log has no publish of this version.");
        }
        if (leaf is not { Salt: { } salt, Event: { } text } || !new LeafOpening(salt, text).Opens(leaf.Leaf, leaf.Kind) || JsonNode.Parse(text) is not JsonObject said)
        {
            return new CheckedStep(Step, CheckOutcome.Refuted, $"Entry {leaf.Index} does not commit to what the registry says of it.");
        }
        var integrity = Integrity.FromSha512(row.Sha512).ToString();
        return (string?)said["package"] == name.Value && (string?)said["version"] == row.Version && (string?)said["integrity"] == integrity
            ? new CheckedStep(Step, CheckOutcome.Verified, $"Entry {leaf.Index} commits to this name, version and SHA-512{When((string?)said["at"])}.")
            : new CheckedStep(Step, CheckOutcome.Refuted, $"Entry {leaf.Index} commits to other bytes or another version.");
    }

    private static string When(string? at) => DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, out var time)
        ? $", {PageTime.Of(time)}"
        : "";

    private async Task<IReadOnlyList<CheckedStep>> StatementsAsync(
        RegistryDb db, PackageRow package, VersionRow version, Caller caller, CancellationToken cancellationToken)
    {
        var marks = await AttestationMark.OfVersionAsync(db, package.Id, version.Version, cancellationToken);
        var ids = marks.Where(mark => AttestationEndpoints.MaySee(caller, package, mark)).Select(mark => mark.Id).ToList();
        var rows = await db.Attestations.Where(row => ids.Contains(row.Id)).OrderBy(row => row.Id).ToListAsync(cancellationToken);
        if (rows.Count == 0)
        {
            return [new CheckedStep("Statements", CheckOutcome.Absent, "There are none: no CI run published this version, or its source is not shown to you.") { Part = CheckedPart.Run }];
        }
        var subject = new StoredSubject(package.Name, version.Version, version.Sha512);
        List<CheckedStep> steps = [];
        foreach (var row in rows)
        {
            steps.Add(await StatementAsync(db, row, subject, cancellationToken));
        }
        return steps;
    }

    private async Task<CheckedStep> StatementAsync(RegistryDb db, AttestationRow row, StoredSubject subject, CancellationToken cancellationToken)
    {
        var isProvenance = AttestationMark.IsOfProvenance(row.PredicateType);
        var step = new CheckedStep(isProvenance ? "Provenance statement" : "Publish statement", CheckOutcome.Verified, "") { Part = isProvenance ? CheckedPart.Run : CheckedPart.Publish };
        var bundle = (await bundles.ReadAsync(db, row, cancellationToken)).ToJsonString();
        var root = row.Bundle is null && row.PublicEntry is null && TrustedRoot.TryParse(await privateRoots.TrustedRootAsync(cancellationToken), out var own) ? own : clientTrust.Root;
        return await verify.RefusalAsync(subject, bundle, row.Bundle is not null, root, cancellationToken) is { } refusal
            ? step with { Outcome = CheckOutcome.Refuted, Text = $"{refusal} Its type is {row.PredicateType}." }
            : step with
            {
                Text = row.Bundle is not null
                    ? $"Signed by the CI's own certificate, logged publicly, about this version and these bytes. Its type is {row.PredicateType}."
                    : $"Signed by {row.KeyId}, logged as entry {row.LeafIndex}, about this version and these bytes. Its type is {row.PredicateType}.",
            };
    }
}
