using System.Text.Json;
using Assay.Cli.Registry;
using Assay.Provenance;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Cli.Verifying;

/// <summary>Whom attestations are believed from.</summary>
/// <param name="RegistryLog">For bundles by the registry's key; null where it shows no log.</param>
/// <param name="Sigstore">For bundles by a CI, and for those of the registry that it put into a public log.</param>
/// <param name="Keys">The registry's keys.</param>
/// <param name="Now">Nothing may be signed later.</param>
internal sealed record AttestationTrust(TrustedRoot? RegistryLog, TrustedRoot Sigstore, RegistryKeys Keys, DateTimeOffset Now);

/// <summary>Each attestation of a version: signed by somebody trusted, logged, and about this version and these bytes.</summary>
internal static class AttestationCheck
{
    public static Finding Check(
        IReadOnlyList<ListedAttestation>? listed, VersionDocument document, PackageLog? log, AttestationTrust trust, ICollection<AttestedOrigin> origins)
    {
        if (listed is null)
        {
            return document.AdvertisesAttestations
                ? Finding.Refuted(Finding.Attestations, "the version's document says that there are some, but none are served")
                : Finding.Absent(Finding.Attestations, "there are none");
        }
        foreach (var attestation in listed)
        {
            if (Refusal(attestation, document, log, trust, origins) is { } refusal)
            {
                return Finding.Refuted(Finding.Attestations, refusal);
            }
        }
        return Finding.Verified(Finding.Attestations, $"{listed.Count} verified");
    }

    private static string? Refusal(
        ListedAttestation attestation, VersionDocument document, PackageLog? log, AttestationTrust trust, ICollection<AttestedOrigin> origins)
    {
        var artifact = new ExpectedArtifact.Package(document.Name, document.Version, document.Integrity);
        var verdict = Verify(attestation, artifact, trust, out var isInOwnLog);
        if (verdict is not BundleVerdict.Verified { Statement: { } statement } verified)
        {
            return verdict is BundleVerdict.Refused refused ? $"{refused.Text} ({refused.Code})" : "a bundle is about no statement";
        }
        if (statement.PredicateType != attestation.PredicateType)
        {
            return $"a statement is listed as {attestation.PredicateType} and is another";
        }
        if (isInOwnLog && log is not null && !IsInToday(attestation.Bundle, log))
        {
            return "an attestation of the registry is not in its log as the log is today";
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
        ExpectedSigner signer = attestation.IsByKey ? new ExpectedSigner.Key(trust.Keys.Find) : new ExpectedSigner.AnyCertificate();
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
}
