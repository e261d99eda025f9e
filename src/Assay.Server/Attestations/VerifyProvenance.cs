using System.Text;
using Assay.Npm;
using Assay.Provenance;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Certificates;
using Microsoft.Extensions.Options;

namespace Assay.Server.Attestations;

/// <summary>The outcome of verifying a client's bundle.</summary>
internal abstract record ProvenanceVerdict
{
    private ProvenanceVerdict()
    {
    }

    internal sealed record Verified(VerifiedProvenance Provenance) : ProvenanceVerdict;

    internal sealed record Refused(string Code, string Text) : ProvenanceVerdict;
}

/// <summary>Verifies bundles that clients made with Sigstore. Nothing is fetched: whom to believe is known since the start.</summary>
internal sealed class VerifyProvenance(ClientTrust trust, IOptions<AttestationsOptions> options, TimeProvider time)
{
    // Other statements about a version are the registry's to make: readers must not take a client's for them.
    private static readonly string[] PredicateTypes = ["https://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v0.2"];

    /// <summary>Whether the bundle is good and about this version with these bytes.</summary>
    public ProvenanceVerdict Verify(PackageName name, SemanticVersion version, Integrity integrity, string json)
    {
        if (Encoding.UTF8.GetByteCount(json) > options.Value.MaximumBundleBytes)
        {
            return Refuse("provenance-too-large", $"The bundle has more than {options.Value.MaximumBundleBytes} bytes.");
        }
        if (!UnverifiedBundle.TryParse(json, out var bundle, out var malformed))
        {
            return Refuse("provenance-malformed", malformed.Text);
        }
        if (bundle.Subject != PackageUrl.Of(name, version))
        {
            return Refuse("provenance-of-another", $"The statement is not about {PackageUrl.Of(name, version)}, and nothing else.");
        }
        var expectations = new BundleExpectations(new ExpectedSigner.AnyCertificate(), new ExpectedArtifact.Package(name, version, integrity));
        return BundleVerification.Verify(bundle, trust.Root, expectations, time.GetUtcNow()) switch
        {
            BundleVerdict.Verified verified => Accept(json, verified),
            BundleVerdict.Refused { Code: BundleRefusalCodes.SubjectMismatch or BundleRefusalCodes.DigestMismatch } other =>
                Refuse("provenance-of-another", other.Text),
            BundleVerdict.Refused refused => Refuse("provenance-not-verified", $"{refused.Text} ({refused.Code})"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Holds the author's word on the repository, in package.json, against the certificate's.</summary>
    public ProvenanceVerdict MatchRepository(VerifiedProvenance provenance, string? declared)
    {
        if (options.Value.RepositoryMatch is RepositoryMatch.Off || SourceRepository.IsNamedBy(provenance.SourceRepository, declared))
        {
            return new ProvenanceVerdict.Verified(provenance);
        }
        var difference = $"package.json's repository.url is \"{Short(declared)}\", and the certificate's source repository is \"{Short(provenance.SourceRepository)}\".";
        return options.Value.RepositoryMatch is RepositoryMatch.Warn
            ? new ProvenanceVerdict.Verified(provenance with { OtherRepository = difference })
            : Refuse("provenance-other-repository", $"{difference} They must be the same, in upper and lower case too.");
    }

    private ProvenanceVerdict Accept(string json, BundleVerdict.Verified verified)
    {
        if (verified is not { Signer: BundleSigner.Certificate { Identity: var identity }, Statement: { } statement })
        {
            return Refuse("provenance-not-verified", "The bundle is not a statement signed with a certificate.");
        }
        if (!PredicateTypes.Contains(statement.PredicateType))
        {
            return Refuse("provenance-not-verified", "The statement is not SLSA provenance.");
        }
        if (options.Value.RequirePublicSource && identity[IdentityExtension.SourceRepositoryVisibility] != "public")
        {
            return Refuse("provenance-source-not-public", "This registry accepts provenance of public source repositories only. Publish without --provenance.");
        }
        return VerifiedProvenance.Of(json, verified, identity, statement) is { } provenance
            ? new ProvenanceVerdict.Verified(provenance)
            : Refuse("provenance-not-verified", "The certificate does not name source repository, ref, commit and run.");
    }

    private static string Short(string? text) => text is { Length: > 200 } ? text[..200] : text ?? "";

    private static ProvenanceVerdict.Refused Refuse(string code, string text) => new(code, text);
}
