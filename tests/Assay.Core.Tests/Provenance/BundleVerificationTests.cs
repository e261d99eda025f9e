using Assay.Core.Tests.Provenance.World;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Certificates;

namespace Assay.Core.Tests.Provenance;

/// <summary>Bundles made by hand, for what the public cases leave out.</summary>
public sealed class BundleVerificationTests
{
    private static readonly TestSigstore World = TestSigstore.Shared;

    [Fact]
    public void A_good_bundle_says_who_signed_what_when_and_where_it_is_logged()
    {
        var verified = Assert.IsType<BundleVerdict.Verified>(Verify(new TestBundle()));

        var signer = Assert.IsType<BundleSigner.Certificate>(verified.Signer);
        Assert.Equal(TestCertificate.Workflow, signer.Identity.SubjectAlternativeName);
        Assert.Equal(TestCertificate.Issuer, signer.Identity.Issuer);
        var entry = Assert.Single(verified.LogEntries);
        Assert.Equal(("log.example.test", 5, "dsse"), (entry.LogName, entry.LogIndex, entry.Kind));
        Assert.Equal(Convert.ToHexStringLower(World.Log.Id), entry.LogId);
        Assert.Equal(TestSigstore.SignedAt, entry.IntegratedTime);
        Assert.Equal([TestSigstore.SignedAt], verified.Times);
        Assert.Equal("https://slsa.dev/provenance/v1", verified.Statement?.PredicateType);
        Assert.True(verified.Statement!.Predicate.TryGetProperty("buildDefinition", out _));
    }

    [Fact]
    public void A_timestamp_counts_where_the_log_signs_no_time()
    {
        var bundle = new TestBundle { HasPromise = false, Stamps = [signature => World.Timestamps.Stamp(signature, TestSigstore.SignedAt.AddSeconds(2))] };

        var verified = Assert.IsType<BundleVerdict.Verified>(Verify(bundle));

        Assert.Equal([TestSigstore.SignedAt.AddSeconds(2)], verified.Times);
        Assert.Null(Assert.Single(verified.LogEntries).IntegratedTime);
    }

    [Fact]
    public void What_an_entry_without_promise_says_of_its_index_is_the_proofs()
    {
        var json = new TestBundle { HasPromise = false, Stamps = [signature => World.Timestamps.Stamp(signature, TestSigstore.SignedAt)] }.Json();
        json.At("verificationMaterial/tlogEntries/0")["logIndex"] = "1000000";

        var verified = Assert.IsType<BundleVerdict.Verified>(Verify(json.ToJsonString()));

        Assert.Equal(5, Assert.Single(verified.LogEntries).LogIndex);
    }

    [Fact]
    public void Version_0_1_may_come_with_a_promise_alone()
    {
        const string First = "application/vnd.dev.sigstore.bundle+json;version=0.1";
        const string Second = "application/vnd.dev.sigstore.bundle+json;version=0.2";

        Assert.Equal("", Code(new TestBundle { MediaType = First, HasProof = false }));
        Assert.Equal(BundleRefusalCodes.LogProofMissing, Code(new TestBundle { MediaType = Second, HasProof = false }));
    }

    [Fact]
    public void The_first_entry_of_a_log_comes_without_its_index()
    {
        var json = new TestBundle { EntriesBefore = 0, EntriesAfter = 0 }.Json();

        var entry = json.At("verificationMaterial/tlogEntries/0").AsObject();
        Assert.False(entry.ContainsKey("logIndex") || entry["inclusionProof"]!.AsObject().ContainsKey("hashes"));
        Assert.IsType<BundleVerdict.Verified>(Verify(json.ToJsonString()));
    }

    [Fact]
    public void Every_place_in_trees_of_many_sizes_is_proved()
    {
        for (var size = 1; size <= 12; size++)
        {
            for (var index = 0; index < size; index++)
            {
                Assert.Equal("", Code(new TestBundle { EntriesBefore = index, EntriesAfter = size - 1 - index }));
            }
        }
    }

    [Fact]
    public void A_bundle_is_refused_whoever_signed_it_when_a_key_is_expected()
    {
        var expectations = new BundleExpectations(new ExpectedSigner.Key(_ => null), TestSigstore.Package);

        Assert.Equal(BundleRefusalCodes.WrongSigner, Bundles.Code(Bundles.Verify(new TestBundle().Json().ToJsonString(), World.Root(), expectations)));
    }

    [Fact]
    public void A_certificate_bundle_whose_envelope_names_a_key_is_refused()
    {
        Assert.Equal(BundleRefusalCodes.WrongSigner, Code(new TestBundle { NamedByEnvelope = "SHA256:abc" }));
    }

    [Theory]
    [InlineData(IdentityExtension.SourceRepositoryId, "75")]
    [InlineData(IdentityExtension.SourceRepositoryOwnerId, "4321 ")]
    [InlineData(IdentityExtension.RunInvocationUri, "https://github.com/acme/x/actions/runs/1/attempts/1")]
    public void Another_identity_is_refused(IdentityExtension extension, string expected)
    {
        var signer = new ExpectedSigner.Certificate(ExpectedIdentity.Marked(
            TestCertificate.Issuer, new Dictionary<IdentityExtension, string> { [extension] = expected }));

        Assert.Equal(BundleRefusalCodes.IdentityMismatch, CodeBy(signer));
    }

    [Fact]
    public void Another_issuer_or_name_is_refused()
    {
        Assert.Equal("", CodeBy(new ExpectedSigner.Certificate(ExpectedIdentity.Named(TestCertificate.Issuer, TestCertificate.Workflow))));
        Assert.Equal(
            BundleRefusalCodes.IdentityMismatch,
            CodeBy(new ExpectedSigner.Certificate(ExpectedIdentity.Named("https://issuer.example.test", TestCertificate.Workflow))));
        Assert.Equal(
            BundleRefusalCodes.IdentityMismatch,
            CodeBy(new ExpectedSigner.Certificate(ExpectedIdentity.Named(TestCertificate.Issuer, TestCertificate.Workflow + "x"))));
        Assert.Equal("", CodeBy(new ExpectedSigner.AnyCertificate()));
    }

    [Fact]
    public void An_identity_without_marks_cannot_be_expected() =>
        Assert.Throws<ArgumentException>(() => ExpectedIdentity.Marked(TestCertificate.Issuer, new Dictionary<IdentityExtension, string>()));

    private static string CodeBy(ExpectedSigner signer) =>
        Bundles.Code(Bundles.Verify(new TestBundle().Json().ToJsonString(), World.Root(), new BundleExpectations(signer, TestSigstore.Package)));

    private static string Code(TestBundle bundle) => Bundles.Code(Verify(bundle));

    private static BundleVerdict Verify(TestBundle bundle) => Verify(bundle.Json().ToJsonString());

    private static BundleVerdict Verify(string json) => Bundles.Verify(json, World.Root(), TestSigstore.ByWorkflow);
}
