using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Certificates;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Core.Tests.Provenance.World;

/// <summary>A Sigstore of our own: authority, logs and timestamps, with their trusted root.</summary>
internal sealed class TestSigstore
{
    public static readonly DateTimeOffset SignedAt = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly Integrity Tarball = Integrity.FromSha512(SHA512.HashData("a tarball"u8));

    /// <summary>Made once: keys and certificates cost more than all that is checked with them.</summary>
    public static TestSigstore Shared { get; } = new();

    public TestAuthority Authority { get; } = new("certificates");

    public TestLog CertificateLog { get; } = new("ct.example.test");

    public TestLog Log { get; } = new("log.example.test");

    public TestTimestamps Timestamps { get; } = new();

    public ECDsa RegistryKey { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static ExpectedArtifact Package { get; } = Bundles.Package("@acme/x", "1.0.0", Tarball);

    public static BundleExpectations ByWorkflow { get; } = new(
        new ExpectedSigner.Certificate(ExpectedIdentity.Marked(
            TestCertificate.Issuer,
            new Dictionary<IdentityExtension, string>
            {
                [IdentityExtension.SourceRepositoryId] = "74",
                [IdentityExtension.SourceRepositoryOwnerId] = "4321",
                [IdentityExtension.SourceRepositoryDigest] = "c0ffee",
            })),
        Package);

    public JsonObject RootJson() => new()
    {
        ["mediaType"] = "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
        ["tlogs"] = new JsonArray(Log.Json()),
        ["certificateAuthorities"] = new JsonArray(Authority.Json()),
        ["ctlogs"] = new JsonArray(CertificateLog.Json()),
        ["timestampAuthorities"] = new JsonArray(Timestamps.Json()),
    };

    public TrustedRoot Root() => Root(RootJson());

    public static TrustedRoot Root(JsonObject json)
    {
        Assert.True(TrustedRoot.TryParse(json.ToJsonString(), out var root));
        return root;
    }
}
