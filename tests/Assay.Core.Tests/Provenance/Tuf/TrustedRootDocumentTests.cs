using System.Text;
using System.Text.Json.Nodes;
using Assay.Core.Tests.Provenance.World;
using Assay.Provenance.Log.Notes;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Keys;
using Assay.Provenance.Sigstore.Roots;
using Assay.Provenance.Tuf;

namespace Assay.Core.Tests.Provenance.Tuf;

public sealed class TrustedRootDocumentTests
{
    [Fact]
    public void The_log_is_added_to_what_was_there()
    {
        var end = TestTuf.Now.AddDays(1).AddMilliseconds(900);
        var keys = new[]
        {
            TestTuf.LogKey(new ValidityWindow(TestTuf.Now.AddMilliseconds(500), end)),
            TestTuf.LogKey(new ValidityWindow(end, null)),
        };

        var root = TestTuf.Json(TrustedRootDocument.With(TrustedRoot.PublicSigstoreDocument, keys));

        var before = JsonNode.Parse(TrustedRoot.PublicSigstoreDocument)!;
        Assert.Equal(before["tlogs"]!.AsArray().Select(log => log!.ToJsonString()), root["tlogs"]!.AsArray().SkipLast(2).Select(log => log!.ToJsonString()));
        Assert.All(new[] { "mediaType", "certificateAuthorities", "ctlogs", "timestampAuthorities" }, member =>
            Assert.Equal(before[member]!.ToJsonString(), root[member]!.ToJsonString()));
        Assert.Equal(
            ["""{"start":"2026-11-24T12:00:00Z","end":"2026-11-25T12:00:00Z"}""", """{"start":"2026-11-25T12:00:00Z"}"""],
            root["tlogs"]!.AsArray().TakeLast(2).Select(log => log!["publicKey"]!["validFor"]!.ToJsonString()));
        Assert.All(root["tlogs"]!.AsArray().TakeLast(2), log => Assert.Equal($"https://{TestTuf.Origin}", (string?)log!["baseUrl"]));
    }

    [Fact]
    public void Our_own_verifier_believes_the_log_by_it()
    {
        var world = TestSigstore.Shared;
        var publicKey = Convert.FromBase64String((string)world.Log.Json()["publicKey"]!["rawBytes"]!);
        var key = new LogKey(EcdsaNoteKey.Create("log.example.test", publicKey)!, new ValidityWindow(TestSigstore.SignedAt, null));

        Assert.Equal("", Verdict(TrustedRootDocument.With(TrustedRoot.PublicSigstoreDocument, [key])));
        Assert.NotEqual("", Verdict(Encoding.UTF8.GetBytes(TrustedRoot.PublicSigstoreDocument)));
        Assert.NotEqual("", Verdict(TrustedRootDocument.With(
            TrustedRoot.PublicSigstoreDocument, [key with { ValidFor = new ValidityWindow(TestSigstore.SignedAt.AddSeconds(1), null) }])));
    }

    [Fact]
    public void What_is_no_trusted_root_is_not_added_to()
    {
        Assert.Throws<ArgumentException>(() => TrustedRootDocument.With("{}", [TestTuf.LogKey(new ValidityWindow(TestTuf.Now, null))]));
        Assert.Throws<ArgumentException>(() => TrustedRootDocument.With(TrustedRoot.PublicSigstoreDocument, [TestTuf.LogKey(default)]));
    }

    private static string Verdict(byte[] document)
    {
        const string KeyId = "SHA256:registry";
        Assert.True(TrustedRoot.TryParse(Encoding.UTF8.GetString(document), out var root));
        Assert.True(VerificationKey.TryCreate(TestSigstore.Shared.RegistryKey.ExportSubjectPublicKeyInfo(), out var key));
        var signer = new ExpectedSigner.Key(id => id == KeyId ? new SigningKey(key, null) : null);
        return Bundles.Code(Bundles.Verify(
            new TestBundle { KeyId = KeyId }.Json().ToJsonString(), root, new BundleExpectations(signer, TestSigstore.Package)));
    }
}
