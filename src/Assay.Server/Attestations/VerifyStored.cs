using Assay.Npm;
using Assay.Provenance;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Keys;
using Assay.Provenance.Sigstore.Roots;
using Assay.Server.Data.Rows;
using Assay.Server.Signing;

namespace Assay.Server.Attestations;

/// <summary>A version as it is stored: what an attestation must be about.</summary>
internal sealed record StoredSubject(string Package, string Version, byte[] Sha512)
{
    public ExpectedArtifact.Package Expected =>
        PackageName.TryParse(Package, null, out var name) && SemanticVersion.TryParse(Version, out var version)
            ? new ExpectedArtifact.Package(name, version, Integrity.FromSha512(Sha512))
            : throw new InvalidOperationException($"{this} is stored, and is no name or no version.");

    public override string ToString() => $"{Package}@{Version}";
}

/// <summary>Verifies a bundle about a stored version as a client with that trusted root does.</summary>
internal sealed class VerifyStored(SigningKeys keys, TimeProvider time)
{
    /// <summary>Null when it verifies, else why not.</summary>
    public async ValueTask<string?> RefusalAsync(
        StoredSubject subject, string bundle, bool isOfClient, TrustedRoot root, CancellationToken cancellationToken)
    {
        var known = await keys.ListAsync(cancellationToken);
        ExpectedSigner signer = isOfClient ? new ExpectedSigner.AnyCertificate() : new ExpectedSigner.Key(id => KeyOf(known, id));
        var verdict = UnverifiedBundle.TryParse(bundle, out var read, out var refused)
            ? BundleVerification.Verify(read, root, new BundleExpectations(signer, subject.Expected), time.GetUtcNow())
            : refused;
        return (verdict as BundleVerdict.Refused)?.Text;
    }

    private static Provenance.Sigstore.SigningKey? KeyOf(IReadOnlyList<SigningKeyRow> rows, string id) =>
        rows.FirstOrDefault(row => row.Purpose == KeyPurpose.Registry && row.KeyId == id) is { } row && VerificationKey.TryCreate(row.PublicKey, out var key)
            ? new Provenance.Sigstore.SigningKey(key, row.ExpiresAt)
            : null;
}
