using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Core.Tests.Provenance.World;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Core.Tests.Provenance;

/// <summary>One rule each: the bundle is good but for one thing, and everything around that thing is signed.</summary>
public sealed class BundleRefusalTests
{
    private static readonly TestSigstore World = TestSigstore.Shared;
    private static readonly TestLog StrangeLog = new("ct.stranger.test");
    private static readonly TestAuthority StrangeAuthority = new("a stranger");
    private static readonly TestTimestamps StrangeTimestamps = new();

    private static readonly Dictionary<string, (TestBundle Bundle, string Code)> Cases = new()
    {
        ["the log was given another certificate"] = (
            new() { Logged = body => Signature(body)["verifier"] = Pem(ECDsa.Create(ECCurve.NamedCurves.nistP256)) }, BundleRefusalCodes.LogBodyMismatch),
        ["the log was given a verifier with something after it"] = (
            new() { Logged = body => Signature(body)["verifier"] = Twice(Signature(body)["verifier"]!) }, BundleRefusalCodes.LogBodyMismatch),
        ["the log was given another signature"] = (
            new() { Logged = body => Signature(body)["signature"] = Convert.ToBase64String([1, 2, 3]) }, BundleRefusalCodes.LogBodyMismatch),
        ["the log was given another payload"] = (
            new() { Logged = body => body["spec"]!["payloadHash"]!["value"] = new string('0', 64) }, BundleRefusalCodes.LogBodyMismatch),
        ["the log was given two signatures"] = (
            new() { Logged = body => body["spec"]!["signatures"]!.AsArray().Add(Signature(body).DeepClone()) }, BundleRefusalCodes.LogBodyMismatch),
        ["the entry calls itself otherwise"] = (new() { Logged = body => body["kind"] = "hashedrekord" }, BundleRefusalCodes.LogBodyMismatch),
        ["the entry is of another version"] = (new() { Logged = body => body["apiVersion"] = "0.0.2" }, BundleRefusalCodes.LogBodyMismatch),

        ["the log's time is before its key"] = (
            new() { IntegratedAt = new DateTimeOffset(2025, 12, 31, 0, 0, 0, TimeSpan.Zero) }, BundleRefusalCodes.LogTimeOutside),
        ["the log's time is in the future"] = (new() { IntegratedAt = Bundles.Now.AddMinutes(2) }, BundleRefusalCodes.LogTimeOutside),
        ["the log's time is the last there is"] = (
            new() { Entry = entry => entry["integratedTime"] = $"{long.MaxValue}" }, BundleRefusalCodes.LogTimeOutside),
        ["there is no time in the log's promise"] = (
            new() { Entry = entry => entry.Remove("integratedTime") }, BundleRefusalCodes.LogTimeOutside),
        ["an entry has neither promise nor checkpoint"] = (
            new()
            {
                MediaType = "application/vnd.dev.sigstore.bundle+json;version=0.1",
                HasPromise = false,
                HasProof = false,
                Stamps = [signature => World.Timestamps.Stamp(signature, TestSigstore.SignedAt)],
            },
            BundleRefusalCodes.LogProofMissing),
        ["nobody says when"] = (new() { HasPromise = false }, BundleRefusalCodes.TimeMissing),

        ["the timestamp is a stranger's"] = (
            new() { Stamps = [signature => StrangeTimestamps.Stamp(signature, TestSigstore.SignedAt)] }, BundleRefusalCodes.TimestampUntrusted),
        ["the timestamp is of other bytes"] = (
            new() { Stamps = [_ => World.Timestamps.Stamp([1], TestSigstore.SignedAt)] }, BundleRefusalCodes.TimestampUntrusted),
        ["one timestamp of two is a stranger's"] = (
            new()
            {
                Stamps =
                [
                    signature => World.Timestamps.Stamp(signature, TestSigstore.SignedAt),
                    signature => StrangeTimestamps.Stamp(signature, TestSigstore.SignedAt),
                ],
            },
            BundleRefusalCodes.TimestampUntrusted),
        ["the timestamp was not granted"] = (
            new() { Stamps = [signature => World.Timestamps.Stamp(signature, TestSigstore.SignedAt, status: 2)] }, BundleRefusalCodes.TimestampUntrusted),
        ["the timestamp is in the future"] = (
            new() { Stamps = [signature => World.Timestamps.Stamp(signature, Bundles.Now.AddHours(1))] }, BundleRefusalCodes.LogTimeOutside),

        ["the certificate had expired"] = (
            new() { IntegratedAt = TestSigstore.SignedAt.AddMinutes(10) }, BundleRefusalCodes.CertificateUntrusted),
        ["the certificate was good at one time of two"] = (
            new() { Stamps = [signature => World.Timestamps.Stamp(signature, TestSigstore.SignedAt.AddHours(1))] }, BundleRefusalCodes.CertificateUntrusted),
        ["the certificate was good at the other time of two"] = (
            new()
            {
                IntegratedAt = TestSigstore.SignedAt.AddHours(1),
                Stamps = [signature => World.Timestamps.Stamp(signature, TestSigstore.SignedAt)],
            },
            BundleRefusalCodes.CertificateUntrusted),
        ["the certificate is a stranger's"] = (
            new() { Certificate = new() { Authority = StrangeAuthority } }, BundleRefusalCodes.CertificateUntrusted),
        ["the certificate is not for signing code"] = (
            new() { Certificate = new() { Usage = "1.3.6.1.5.5.7.3.1" } }, BundleRefusalCodes.CertificateUntrusted),

        ["the certificate was not logged"] = (new() { Certificate = new() { Logs = [] } }, BundleRefusalCodes.CertificateNotLogged),
        ["the certificate was logged by a stranger"] = (
            new() { Certificate = new() { Logs = [StrangeLog] } }, BundleRefusalCodes.CertificateNotLogged),
        ["the certificate's log was forged"] = (
            new() { Certificate = new() { Logs = [StrangeLog], NamedLog = World.CertificateLog } }, BundleRefusalCodes.CertificateNotLogged),
        ["one of two words of the certificate's log was forged"] = (
            new() { Certificate = new() { Logs = [World.CertificateLog, StrangeLog], NamedLog = World.CertificateLog } }, BundleRefusalCodes.CertificateNotLogged),
        ["the certificate's log calls its signature RSA"] = (
            new() { Certificate = new() { PromisedWith = (4, 1) } }, BundleRefusalCodes.CertificateNotLogged),
        ["the certificate's log calls its hash SHA-1"] = (
            new() { Certificate = new() { PromisedWith = (2, 3) } }, BundleRefusalCodes.CertificateNotLogged),
        ["the certificate was logged for another issuer"] = (
            new() { Certificate = new() { PromisedIssuer = StrangeAuthority.PublicKey } }, BundleRefusalCodes.CertificateNotLogged),
        ["the certificate was logged before its log was trusted"] = (
            new() { Certificate = new() { From = new DateTimeOffset(2025, 12, 31, 0, 0, 0, TimeSpan.Zero) } }, BundleRefusalCodes.CertificateNotLogged),

        ["the certificate names two"] = (
            new() { Certificate = new() { Names = [TestCertificate.Workflow, "https://example.test/other"] } }, BundleRefusalCodes.CertificateMalformed),
        ["the certificate's issuers disagree"] = (
            new() { Certificate = new() { Extensions = [(1, "https://issuer.example.test"), (8, TestCertificate.Issuer)] } },
            BundleRefusalCodes.CertificateMalformed),

        ["the statement has two subjects"] = (
            new() { Statement = With(TestBundle.Subject("pkg:npm/%40acme/x@1.0.0", "sha512", TestSigstore.Tarball.Hex), null) },
            BundleRefusalCodes.StatementMalformed),
        ["the statement has no subject"] = (new() { Statement = With() }, BundleRefusalCodes.StatementMalformed),
        ["the statement is about another version"] = (
            new() { Statement = With(TestBundle.Subject("pkg:npm/%40acme/x@1.0.1", "sha512", TestSigstore.Tarball.Hex)) }, BundleRefusalCodes.SubjectMismatch),
        ["the statement writes the scope otherwise"] = (
            new() { Statement = With(TestBundle.Subject("pkg:npm/@acme/x@1.0.0", "sha512", TestSigstore.Tarball.Hex)) }, BundleRefusalCodes.SubjectMismatch),
        ["the statement is about other bytes"] = (
            new() { Statement = With(TestBundle.Subject("pkg:npm/%40acme/x@1.0.0", "sha512", new string('0', 128))) }, BundleRefusalCodes.DigestMismatch),
        ["the statement has a digest of another algorithm"] = (
            new() { Statement = With(TestBundle.Subject("pkg:npm/%40acme/x@1.0.0", "sha256", TestSigstore.Tarball.Hex)) }, BundleRefusalCodes.DigestMismatch),
        ["the statement is of an unknown version"] = (new() { Statement = Of("https://in-toto.io/Statement/v2") }, BundleRefusalCodes.StatementMalformed),
        ["the statement is none"] = (new() { Statement = new() { ["_type"] = "https://example.test/Statement" } }, BundleRefusalCodes.StatementMalformed),
    };

    public static TheoryData<string> Names() => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Refused_when(string name)
    {
        var (bundle, code) = Cases[name];

        var verdict = Bundles.Verify(bundle.Json().ToJsonString(), World.Root(), TestSigstore.ByWorkflow);

        Assert.Equal(code, Bundles.Code(verdict));
    }

    [Fact]
    public void Refused_when_no_log_has_it_though_its_time_is_proved()
    {
        var bundle = new TestBundle { Stamps = [signature => World.Timestamps.Stamp(signature, TestSigstore.SignedAt)] }.Json();
        bundle["verificationMaterial"]!.AsObject().Remove("tlogEntries");

        Assert.Equal(
            BundleRefusalCodes.LogEntryMissing, Bundles.Code(Bundles.Verify(bundle.ToJsonString(), World.Root(), TestSigstore.ByWorkflow)));
    }

    [Fact]
    public void Refused_when_the_timestamps_authority_is_not_of_the_chain_it_is_listed_with()
    {
        var root = World.RootJson();
        var chain = root.At("timestampAuthorities/0/certChain/certificates").AsArray();
        var strange = StrangeTimestamps.Json().At("certChain/certificates").AsArray();
        (chain[1], chain[2]) = (strange[1]!.DeepClone(), strange[2]!.DeepClone());

        Assert.Equal(BundleRefusalCodes.TimestampUntrusted, Bundles.Code(Verify(TestSigstore.Root(root))));
    }

    [Fact]
    public void A_promise_of_an_unknown_certificate_log_is_passed_over()
    {
        var bundle = new TestBundle { Certificate = new() { Logs = [StrangeLog, World.CertificateLog] } };

        Assert.IsType<BundleVerdict.Verified>(Bundles.Verify(bundle.Json().ToJsonString(), World.Root(), TestSigstore.ByWorkflow));
    }

    [Theory]
    [InlineData("tlogs", BundleRefusalCodes.LogUnknown)]
    [InlineData("ctlogs", BundleRefusalCodes.CertificateNotLogged)]
    [InlineData("certificateAuthorities", BundleRefusalCodes.CertificateUntrusted)]
    [InlineData("timestampAuthorities", BundleRefusalCodes.TimestampUntrusted)]
    public void Nothing_is_trusted_that_the_root_does_not_list(string list, string code)
    {
        var root = World.RootJson();
        root[list] = new JsonArray();

        Assert.Equal(code, Bundles.Code(Verify(TestSigstore.Root(root))));
    }

    [Theory]
    [InlineData("tlogs/0/publicKey", BundleRefusalCodes.LogTimeOutside)]
    [InlineData("ctlogs/0/publicKey", BundleRefusalCodes.CertificateNotLogged)]
    [InlineData("certificateAuthorities/0", BundleRefusalCodes.CertificateUntrusted)]
    [InlineData("timestampAuthorities/0", BundleRefusalCodes.TimestampUntrusted)]
    public void Nothing_is_trusted_outside_its_window(string place, string code)
    {
        var (past, without) = (World.RootJson(), World.RootJson());
        past.At(place)["validFor"] = new JsonObject { ["start"] = "2026-01-01T00:00:00Z", ["end"] = "2026-02-01T00:00:00Z" };
        without.At(place)["validFor"] = new JsonObject { ["end"] = "2036-02-01T00:00:00Z" };

        Assert.Equal(code, Bundles.Code(Verify(TestSigstore.Root(past))));
        Assert.Equal(code, Bundles.Code(Verify(TestSigstore.Root(without))));
    }

    private static BundleVerdict Verify(TrustedRoot root) => Bundles.Verify(
        new TestBundle { Stamps = [signature => World.Timestamps.Stamp(signature, TestSigstore.SignedAt)] }.Json().ToJsonString(),
        root,
        TestSigstore.ByWorkflow);

    private static JsonObject Signature(JsonObject body) => body["spec"]!["signatures"]![0]!.AsObject();

    private static string Pem(ECDsa key) => Convert.ToBase64String(Encoding.UTF8.GetBytes(key.ExportSubjectPublicKeyInfoPem()));

    private static string Twice(JsonNode verifier)
    {
        var pem = Convert.FromBase64String(verifier.GetValue<string>());
        return Convert.ToBase64String([.. pem, (byte)'\n', .. pem]);
    }

    private static JsonObject Of(string type)
    {
        var statement = TestBundle.ValidStatement();
        statement["_type"] = type;
        return statement;
    }

    private static JsonObject With(params JsonObject?[] subjects)
    {
        var statement = TestBundle.ValidStatement();
        statement["subject"] = new JsonArray([.. subjects.Select(subject => subject ?? TestBundle.Subject("pkg:npm/other@1.0.0", "sha512", "00"))]);
        return statement;
    }
}
