using Assay.Provenance;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Certificates;
using Assay.Provenance.Sigstore.Keys;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Core.Tests.Provenance;

/// <summary>Every case of the public conformance suite, as its CASES.md says they are run.</summary>
public sealed class ConformanceTests
{
    private const string Beacon =
        "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Provenance", "Conformance");

    public static TheoryData<string> Cases() => [.. Directory.GetDirectories(Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public void No_case_is_lost() => Assert.Equal(70, Cases().Count);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_case_has_its_outcome(string name)
    {
        var outcome = Verify(name);

        Assert.Equal(name.EndsWith("_fail", StringComparison.Ordinal), outcome is BundleVerdict.Refused);
    }

    [Theory]
    [InlineData("bundle-malformed-json_fail", BundleRefusalCodes.Malformed)]
    [InlineData("bundle-unknown-version_fail", BundleRefusalCodes.Malformed)]
    [InlineData("checkpoint-bad-keyhint_fail", BundleRefusalCodes.LogCheckpointInvalid)]
    [InlineData("checkpoint-wrong-roothash_fail", BundleRefusalCodes.LogCheckpointInvalid)]
    [InlineData("dsse-invalid-sig_fail", BundleRefusalCodes.BadSignature)]
    [InlineData("dsse-mismatch-envelope_fail", BundleRefusalCodes.LogBodyMismatch)]
    [InlineData("dsse-mismatch-sig_fail", BundleRefusalCodes.LogBodyMismatch)]
    [InlineData("inclusion-proof-corrupted-hash_fail", BundleRefusalCodes.LogProofInvalid)]
    [InlineData("intoto-missing-inclusion-proof_fail", BundleRefusalCodes.LogProofMissing)]
    [InlineData("intoto-set-outside-signing-cert-validity_fail", BundleRefusalCodes.CertificateUntrusted)]
    [InlineData("intoto-tsa-timestamp-outside-cert-validity_fail", BundleRefusalCodes.CertificateUntrusted)]
    [InlineData("invalid-ct-key_fail", BundleRefusalCodes.CertificateNotLogged)]
    [InlineData("managed-key-no-key_fail", BundleRefusalCodes.WrongSigner)]
    [InlineData("managed-key-wrong-key_fail", BundleRefusalCodes.KeyUnknown)]
    [InlineData("rekor2-no-timestamp_fail", BundleRefusalCodes.TimeMissing)]
    [InlineData("rekor2-timestamp-payload-mismatch_fail", BundleRefusalCodes.TimestampUntrusted)]
    [InlineData("rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail", BundleRefusalCodes.TimestampUntrusted)]
    [InlineData("rekor2-dsse-mismatch-envelope_fail", BundleRefusalCodes.LogBodyMismatch)]
    [InlineData("rekor2-dsse-mismatch-sig_fail", BundleRefusalCodes.LogBodyMismatch)]
    [InlineData("set-invalid-signature_fail", BundleRefusalCodes.LogPromiseInvalid)]
    [InlineData("trust-root-tlog-missing-validity-start_fail", BundleRefusalCodes.LogTimeOutside)]
    [InlineData("wrong-material_fail", BundleRefusalCodes.DigestMismatch)]
    public void A_case_is_refused_for_its_own_reason(string name, string code) =>
        Assert.Equal(code, Assert.IsType<BundleVerdict.Refused>(Verify(name)).Code);

    private static BundleVerdict Verify(string name)
    {
        if (!UnverifiedBundle.TryParse(Read(name, "bundle.sigstore.json")!, out var bundle, out var refused))
        {
            return refused;
        }
        var artifact = Path.Combine(Folder, name, "artifact");
        var content = File.ReadAllBytes(File.Exists(artifact) ? artifact : Path.Combine(Folder, "a.txt"));
        return BundleVerification.Verify(bundle, Root(name), new BundleExpectations(Signer(name), new ExpectedArtifact.File(content)), Bundles.Now);
    }

    private static TrustedRoot Root(string name)
    {
        if (Read(name, "trusted_root.json") is not { } json)
        {
            return TrustedRoot.PublicSigstore;
        }
        Assert.True(TrustedRoot.TryParse(json, out var root));
        return root;
    }

    private static ExpectedSigner Signer(string name)
    {
        if (Read(name, "key.pub") is { } pem)
        {
            // The wrong key of the suite is not a point of its curve, so nobody gets as far as trying it.
            return new ExpectedSigner.Key(_ => VerificationKey.TryFromPem(pem, out var key) ? new SigningKey(key) : null);
        }
        return new ExpectedSigner.Certificate(ExpectedIdentity.Named(
            Read(name, "issuer")?.Trim() ?? "https://token.actions.githubusercontent.com", Read(name, "identity")?.Trim() ?? Beacon));
    }

    private static string? Read(string name, string file)
    {
        var path = Path.Combine(Folder, name, file);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }
}
