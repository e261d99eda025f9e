using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Provenance;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Keys;
using Assay.Provenance.Sigstore.Roots;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Transparency;

namespace Assay.Server.Tests.Attestations;

/// <summary>Verifies a registry's attestations as clients do that trust its keys and its log.</summary>
internal static class RegistryVerifier
{
    public static async Task<JsonArray> AttestationsAsync(this RegistryApp app, string token, string package, string version) =>
        (await app.JsonAsync($"/-/assay/v1/attestations/{package.Replace("/", "%2f", StringComparison.Ordinal)}/{version}", token))["attestations"]!.AsArray();

    /// <summary>The statement, once its bundle has verified about exactly what is served.</summary>
    public static async Task<JsonNode> VerifiedStatementAsync(this RegistryApp app, string token, string package, string version, JsonNode attestation)
    {
        var verdict = await app.VerdictAsync(token, package, version, attestation);
        Assert.True(verdict is BundleVerdict.Verified, $"{verdict}");
        var payload = Convert.FromBase64String((string)attestation["bundle"]!["dsseEnvelope"]!["payload"]!);
        return JsonNode.Parse(payload)!;
    }

    public static async Task<BundleVerdict> VerdictAsync(this RegistryApp app, string token, string package, string version, JsonNode attestation) =>
        await app.VerdictAsync(token, package, version, attestation, await app.TrustedRootAsync(token));

    public static async Task<BundleVerdict> VerdictAsync(
        this RegistryApp app, string token, string package, string version, JsonNode attestation, TrustedRoot root)
    {
        var dist = (await app.PackumentAsync(token, package.Replace("/", "%2f", StringComparison.Ordinal)))["versions"]![version]!["dist"]!;
        Assert.True(PackageName.TryParse(package, null, out var name));
        Assert.True(SemanticVersion.TryParse(version, out var parsed));
        Assert.True(Integrity.TryParse((string)dist["integrity"]!, out var integrity));
        Assert.True(UnverifiedBundle.TryParse(attestation["bundle"]!.ToJsonString(), out var bundle, out _));
        var keys = await app.KeysAsync();
        var expected = new BundleExpectations(
            new ExpectedSigner.Key(id => keys.Where(key => (string?)key!["keyid"] == id).Select(Key).FirstOrDefault()),
            new ExpectedArtifact.Package(name, parsed, integrity));
        return BundleVerification.Verify(bundle, root, expected, app.Clock.GetUtcNow());
    }

    private static SigningKey Key(JsonNode? key) =>
        VerificationKey.TryCreate(Convert.FromBase64String((string)key!["key"]!), out var read) ? new SigningKey(read) : throw new InvalidOperationException($"{key}");

    private static async Task<TrustedRoot> TrustedRootAsync(this RegistryApp app, string token)
    {
        var log = await app.LogAsync(token);
        var keys = log["keys"]!.AsArray().Where(key => (string?)key!["algorithm"] == "ecdsa-p256").Select(key => Log((string)log["origin"]!, key!));
        var json = new JsonObject
        {
            ["mediaType"] = "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            ["tlogs"] = new JsonArray([.. keys]),
        };
        return TrustedRoot.TryParse(json.ToJsonString(), out var root) ? root : throw new InvalidOperationException(json.ToJsonString());
    }

    private static JsonObject Log(string origin, JsonNode key)
    {
        var publicKey = Convert.FromBase64String((string)key["publicKey"]!);
        return new JsonObject
        {
            ["baseUrl"] = $"https://{origin}",
            ["hashAlgorithm"] = "SHA2_256",
            ["publicKey"] = new JsonObject
            {
                ["rawBytes"] = Convert.ToBase64String(publicKey),
                ["keyDetails"] = "PKIX_ECDSA_P256_SHA_256",
                ["validFor"] = new JsonObject { ["start"] = (string)key["since"]! },
            },
            ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(publicKey)) },
        };
    }
}
