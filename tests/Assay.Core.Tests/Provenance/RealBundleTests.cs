using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Certificates;
using Assay.Provenance.Sigstore.Keys;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Core.Tests.Provenance;

/// <summary>Bundles that others made, against the shipped trusted root.</summary>
public sealed class RealBundleTests
{
    private const string KeyId = "SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA";
    private const string Key =
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1Olb3zMAFFxXKHiIkQO5cJ3Yhl5i6UPp+IhuteBJbuHcA5UogKo0EWtlWwW6KSaKoTNEYL7JlCQiVnkhBktUgg==";

    private const string Sigstore040 =
        "282c0c5fa936d264321643581b65d3de5c0af6ed4fdfac12f5851115df39cc25cfaf0ad22d908487bfef30114d61c25746206d1834be4f8fd1659178f77cc004";
    private const string Sigstore100 =
        "7bea9f6e7ff37f5fab0b36bf061200fff03099fd2fd696b91d04bc5e4f225eb9fd6e0cadcad54ba980f43fb352a99e8810b4e0abeb5c0ef2cf9108cd1f258b36";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Provenance", "RealBundles");

    [Fact]
    public void The_public_registrys_provenance_says_which_workflow_built_the_version()
    {
        var verified = Assert.IsType<BundleVerdict.Verified>(Verify("valid", 0));

        var identity = Assert.IsType<BundleSigner.Certificate>(verified.Signer).Identity;
        Assert.Equal("https://token.actions.githubusercontent.com", identity.Issuer);
        Assert.StartsWith("https://github.com/sigstore/sigstore-js/.github/workflows/", identity.SubjectAlternativeName, StringComparison.Ordinal);
        Assert.Equal("sigstore/sigstore-js", identity[IdentityExtension.OldRepository]);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1673458312), Assert.Single(verified.Times));
        Assert.Equal("https://slsa.dev/provenance/v0.2", verified.Statement!.PredicateType);
    }

    [Fact]
    public void The_public_registrys_publish_attestation_is_by_its_key()
    {
        var verified = Assert.IsType<BundleVerdict.Verified>(Verify("valid", 1));

        Assert.Equal(new BundleSigner.Key(KeyId), verified.Signer);
        Assert.Equal("rekor.sigstore.dev", Assert.Single(verified.LogEntries).LogName);
    }

    [Theory]
    [InlineData("invalid", 1, BundleRefusalCodes.Malformed)]
    [InlineData("no-keyid", 0, BundleRefusalCodes.Malformed)]
    [InlineData("no-keyid", 1, "")]
    [InlineData("mismatched-keyid", 0, BundleRefusalCodes.WrongSigner)]
    [InlineData("malformed-subject", 1, BundleRefusalCodes.BadSignature)]
    [InlineData("mismatched-subject-name", 1, BundleRefusalCodes.BadSignature)]
    [InlineData("mismatched-subject-digest", 1, BundleRefusalCodes.BadSignature)]
    [InlineData("unsupported", 1, BundleRefusalCodes.Malformed)]
    public void A_bundle_with_one_thing_changed_is_refused(string name, int index, string code) => Assert.Equal(code, Bundles.Code(Verify(name, index)));

    [Theory]
    [InlineData("bundleV01-dsse-no-proof")]
    [InlineData("bundleV01-dsse-with-proof")]
    [InlineData("bundleV01-full-cert-chain")]
    [InlineData("bundleV01-intoto-no-proof")]
    [InlineData("bundleV01-intoto-with-proof")]
    [InlineData("bundleV02-dsse")]
    [InlineData("bundleV02-intoto")]
    [InlineData("bundleV03-dsse")]
    [InlineData("bundleV03-intoto")]
    public void Every_version_of_a_clients_bundle_verifies(string name)
    {
        var json = File.ReadAllText(Path.Combine(Folder, "sigstore-js", name + ".sigstore"));

        var verdict = Bundles.Verify(json, TrustedRoot.PublicSigstore, Expect(new ExpectedSigner.AnyCertificate(), "1.0.0", Sigstore100));

        Assert.Equal("", Bundles.Code(verdict));
    }

    private static BundleVerdict Verify(string name, int index)
    {
        var answer = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "npm-pacote", name + "-attestations.json")))!;
        Assert.True(VerificationKey.TryCreate(Convert.FromBase64String(Key), out var key));
        ExpectedSigner signer = index == 0
            ? new ExpectedSigner.AnyCertificate()
            : new ExpectedSigner.Key(id => id == KeyId ? new SigningKey(key, new DateTimeOffset(2025, 1, 29, 0, 0, 0, TimeSpan.Zero)) : null);
        return Bundles.Verify(
            answer.At($"attestations/{index}/bundle").ToJsonString(), TrustedRoot.PublicSigstore, Expect(signer, "0.4.0", Sigstore040));
    }

    private static BundleExpectations Expect(ExpectedSigner signer, string version, string digest) =>
        new(signer, Bundles.Package("sigstore", version, Integrity.FromSha512(Convert.FromHexString(digest))));
}
