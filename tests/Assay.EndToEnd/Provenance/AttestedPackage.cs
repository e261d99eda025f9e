using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;
using Assay.Npm;
using Assay.Provenance;
using Assay.Provenance.Envelopes;
using Assay.Provenance.Keys;
using Assay.Provenance.Log.Rekor;

namespace Assay.EndToEnd.Provenance;

/// <summary>A version as a registry serves it: signed, and with a statement that the registry's key signed and the log has.</summary>
internal sealed record AttestedPackage(ECDsa RegistryKey, PrivateLog Log, DateTimeOffset PublishedAt)
{
    public const string Name = "@acme/attested";

    private const string Version = "1.0.0";
    private const string Predicate = "https://slsa.dev/provenance/v1";

    private readonly byte[] tarball = new SamplePackage(Name, Version).ToTarball();

    private static PackageName PackageName => PackageName.TryParse(Name, out var name) ? name : throw new InvalidOperationException();

    private string KeyId => Assay.Provenance.Keys.KeyId.Of(RegistryKey);

    private Integrity Integrity => Integrity.FromSha512(SHA512.HashData(tarball));

    public void ServeFrom(StaticHost host)
    {
        var attestation = new JsonObject { ["predicateType"] = Predicate, ["bundle"] = Bundle() };
        host.Serve(Name, Utf8(Packument(host.Url)));
        host.Serve($"{Name}/-/attested-{Version}.tgz", tarball);
        host.Serve($"-/npm/v1/attestations/{Name}@{Version}", Utf8(new JsonObject { ["attestations"] = new JsonArray(attestation) }));
    }

    private JsonObject Packument(Uri registry) => new()
    {
        ["name"] = Name,
        ["dist-tags"] = new JsonObject { ["latest"] = Version },
        ["time"] = new JsonObject { [Version] = PublishedAt.ToString("O") },
        ["versions"] = new JsonObject
        {
            [Version] = new JsonObject
            {
                ["name"] = Name,
                ["version"] = Version,
                ["dist"] = new JsonObject
                {
                    ["tarball"] = $"{registry}{Name}/-/attested-{Version}.tgz",
                    ["integrity"] = Integrity.ToString(),
                    ["signatures"] = new JsonArray(new JsonObject
                    {
                        ["keyid"] = KeyId,
                        ["sig"] = Sign(VersionSignature.Message(PackageName, Version, Integrity)),
                    }),
                    ["attestations"] = new JsonObject
                    {
                        ["url"] = $"{registry}-/npm/v1/attestations/{RegistryClient.Escape(Name)}@{Version}",
                        ["provenance"] = new JsonObject { ["predicateType"] = Predicate },
                    },
                },
            },
        },
    };

    private JsonObject Bundle()
    {
        var payload = Utf8(Statement());
        var signature = Sign(PreAuthenticationEncoding.Of(DsseEnvelope.StatementType, payload));
        var envelope = new JsonObject
        {
            ["payload"] = Convert.ToBase64String(payload),
            ["payloadType"] = DsseEnvelope.StatementType,
            ["signatures"] = new JsonArray(new JsonObject { ["sig"] = signature, ["keyid"] = KeyId }),
        };
        var body = RekorDsseEntry.Body(
            Utf8(envelope), payload, Convert.FromBase64String(signature), RegistryKey.ExportSubjectPublicKeyInfo());

        return new JsonObject
        {
            ["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.3+json",
            ["verificationMaterial"] = new JsonObject
            {
                ["publicKey"] = new JsonObject { ["hint"] = KeyId },
                ["tlogEntries"] = new JsonArray(Log.Entry(body, PublishedAt)),
                ["timestampVerificationData"] = new JsonObject { ["rfc3161Timestamps"] = new JsonArray() },
            },
            ["dsseEnvelope"] = envelope,
        };
    }

    private JsonObject Statement()
    {
        Assert.True(SemanticVersion.TryParse(Version, out var version));

        return new JsonObject
        {
            ["_type"] = "https://in-toto.io/Statement/v1",
            ["subject"] = new JsonArray(new JsonObject
            {
                ["name"] = PackageUrl.Of(PackageName, version),
                ["digest"] = new JsonObject { ["sha512"] = Integrity.Hex },
            }),
            ["predicateType"] = Predicate,
            ["predicate"] = new JsonObject { ["buildDefinition"] = new JsonObject() },
        };
    }

    private string Sign(byte[] bytes) =>
        Convert.ToBase64String(RegistryKey.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

    private static byte[] Utf8(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());
}
