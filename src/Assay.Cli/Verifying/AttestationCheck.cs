using System.Text.Json;
using Assay.Cli.Registry;
using Assay.Provenance;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Cli.Verifying;

/// <summary>Whom attestations are believed from.</summary>
/// <param name="RegistryLog">For bundles by the registry's key; null where it shows no log.</param>
/// <param name="Sigstore">For bundles by a CI, and for those of the registry that it put into a public log.</param>
/// <param name="Keys">The keys that count.</param>
/// <param name="Now">Nothing may be signed later.</param>
internal sealed record AttestationTrust(TrustedRoot? RegistryLog, TrustedRoot Sigstore, CountedKeys Keys, DateTimeOffset Now)
{
    /// <summary>Whether they are about a version that another registry signed: then it is that one's keys that sign, and nothing is in this one's log.</summary>
    public bool IsOfOthers { get; private init; }

    public AttestationTrust OfOthers => this with { RegistryLog = null, IsOfOthers = true };

    public SigningKey? Key(string id) => IsOfOthers ? Keys.OfOthers(id) : Keys.Own(id);
}

/// <summary>Each attestation of a version: signed by somebody trusted, logged, and about this version and these bytes.</summary>
internal static class AttestationCheck
{
    private const string NotJudged = "not judged: by signers or in logs that the trusted root (--trusted-root FILE) does not know";

    // What another registry's own root would have to say. It proves nothing, and fulfils nothing that is required.
    private static readonly string[] Strange =
        [BundleRefusalCodes.KeyUnknown, BundleRefusalCodes.LogUnknown, BundleRefusalCodes.CertificateUntrusted, BundleRefusalCodes.TimestampUntrusted];

    public static Finding Check(
        IReadOnlyList<ListedAttestation>? listed, VersionDocument document, PackageLog? log, AttestationTrust trust, ICollection<AttestedOrigin> origins)
    {
        if (listed is null)
        {
            return document.AdvertisesAttestations
                ? Finding.Refuted(Finding.Attestations, "the version's document says that there are some, but none are served")
                : Finding.Absent(Finding.Attestations, "there are none");
        }
        var strange = 0;
        foreach (var attestation in listed)
        {
            if (Object(attestation, document, log, trust, origins) is not { } objection)
            {
                continue;
            }
            if (!trust.IsOfOthers || !Strange.Contains(objection.Code))
            {
                return Finding.Refuted(Finding.Attestations, objection.Text);
            }
            strange++;
        }
        return strange == 0 ? Finding.Verified(Finding.Attestations, $"{listed.Count} verified")
            : strange < listed.Count ? Finding.Verified(Finding.Attestations, $"{listed.Count - strange} verified, {strange} {NotJudged}")
            : Finding.Absent(Finding.Attestations, $"{strange} {NotJudged}");
    }

    private static Objection? Object(
        ListedAttestation attestation, VersionDocument document, PackageLog? log, AttestationTrust trust, ICollection<AttestedOrigin> origins)
    {
        var artifact = new ExpectedArtifact.Package(document.Name, document.Version, document.Integrity);
        var verdict = Verify(attestation, artifact, trust, out var isInOwnLog);
        if (verdict is not BundleVerdict.Verified { Statement: { } statement } verified)
        {
            return verdict is BundleVerdict.Refused refused ? new($"{refused.Text} ({refused.Code})", refused.Code) : new("a bundle is about no statement");
        }
        if (statement.PredicateType != attestation.PredicateType)
        {
            return new($"a statement is listed as {attestation.PredicateType} and is another");
        }
        if (isInOwnLog && log is not null && !IsInToday(attestation.Bundle, log))
        {
            return new("an attestation of the registry is not in its log as the log is today");
        }
        origins.Add(AttestedOrigin.Of(verified));
        return null;
    }

    private static BundleVerdict Verify(ListedAttestation attestation, ExpectedArtifact artifact, AttestationTrust trust, out bool isInOwnLog)
    {
        isInOwnLog = false;
        if (!UnverifiedBundle.TryParse(attestation.Bundle, out var bundle, out var malformed))
        {
            return malformed;
        }
        ExpectedSigner signer = attestation.IsByKey ? new ExpectedSigner.Key(trust.Key) : new ExpectedSigner.AnyCertificate();
        var expectations = new BundleExpectations(signer, artifact);
        if (attestation.IsByKey && trust.RegistryLog is { } own
            && BundleVerification.Verify(bundle, own, expectations, trust.Now) is var verdict and not BundleVerdict.Refused { Code: BundleRefusalCodes.LogUnknown })
        {
            isInOwnLog = true;
            return verdict;
        }
        return BundleVerification.Verify(bundle, trust.Sigstore, expectations, trust.Now);
    }

    // The proof in a bundle is against an old checkpoint, and for ever. That this tree is the beginning of today's is shown by the same leaf, at the same
    // place, with a proof against today's.
    private static bool IsInToday(string bundle, PackageLog log) =>
        JsonElement.Parse(bundle).At("verificationMaterial").At("tlogEntries") is { ValueKind: JsonValueKind.Array } entries
        && entries.EnumerateArray().All(entry => log.Entries.Any(shown =>
            $"{shown.Index}" == (entry.At("logIndex").Text() ?? "0") && entry.At("canonicalizedBody").TryGetBytesFromBase64(out var body)
            && shown.Leaf.AsSpan().SequenceEqual(body)));

    /// <summary>What is wrong with an attestation; with the code when it is the bundle itself that does not verify.</summary>
    private sealed record Objection(string Text, string Code = "");
}
