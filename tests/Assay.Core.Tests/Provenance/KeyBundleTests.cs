using Assay.Core.Tests.Provenance.World;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Keys;

namespace Assay.Core.Tests.Provenance;

/// <summary>Bundles that a registry signs with its own key.</summary>
public sealed class KeyBundleTests
{
    private const string KeyId = "SHA256:registry";

    private static readonly TestSigstore World = TestSigstore.Shared;

    [Fact]
    public void A_bundle_by_a_known_key_verifies_and_says_which()
    {
        var verified = Assert.IsType<BundleVerdict.Verified>(Verify(new TestBundle { KeyId = KeyId }));

        Assert.Equal(new BundleSigner.Key(KeyId), verified.Signer);
    }

    [Fact]
    public void An_unknown_key_is_refused() =>
        Assert.Equal(BundleRefusalCodes.KeyUnknown, Bundles.Code(Verify(new TestBundle { KeyId = "SHA256:another" })));

    [Fact]
    public void Another_key_under_the_same_id_is_refused()
    {
        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);

        Assert.Equal(BundleRefusalCodes.BadSignature, Bundles.Code(Verify(new TestBundle { KeyId = KeyId }, other.ExportSubjectPublicKeyInfo())));
    }

    [Fact]
    public void An_envelope_may_not_name_another_key_than_the_bundle() =>
        Assert.Equal(BundleRefusalCodes.KeyUnknown, Bundles.Code(Verify(new TestBundle { KeyId = KeyId, NamedByEnvelope = "SHA256:another" })));

    [Fact]
    public void A_key_signs_until_it_expires_and_not_at_that_moment()
    {
        var bundle = new TestBundle { KeyId = KeyId };

        Assert.Equal("", Bundles.Code(Verify(bundle, expires: TestSigstore.SignedAt.AddSeconds(1))));
        Assert.Equal(BundleRefusalCodes.KeyExpired, Bundles.Code(Verify(bundle, expires: TestSigstore.SignedAt)));
    }

    [Fact]
    public void A_key_bundle_is_refused_where_a_certificate_is_expected() => Assert.Equal(
        BundleRefusalCodes.WrongSigner,
        Bundles.Code(Bundles.Verify(new TestBundle { KeyId = KeyId }.Json().ToJsonString(), World.Root(), TestSigstore.ByWorkflow)));

    [Fact]
    public void A_key_bundle_must_be_logged_with_its_key()
    {
        var bundle = new TestBundle
        {
            KeyId = KeyId,
            Logged = body => body["spec"]!["signatures"]![0]!["verifier"] = new TestBundle().Json()
                .At("verificationMaterial/tlogEntries/0/canonicalizedBody").GetValue<string>(),
        };

        Assert.Equal(BundleRefusalCodes.LogBodyMismatch, Bundles.Code(Verify(bundle)));
    }

    private static BundleVerdict Verify(TestBundle bundle, byte[]? spki = null, DateTimeOffset? expires = null)
    {
        Assert.True(VerificationKey.TryCreate(spki ?? World.RegistryKey.ExportSubjectPublicKeyInfo(), out var key));
        var signer = new ExpectedSigner.Key(id => id == KeyId ? new SigningKey(key, expires) : null);
        return Bundles.Verify(bundle.Json().ToJsonString(), World.Root(), new BundleExpectations(signer, TestSigstore.Package));
    }
}
