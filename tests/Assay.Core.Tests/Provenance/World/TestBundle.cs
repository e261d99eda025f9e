using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Provenance.Envelopes;

namespace Assay.Core.Tests.Provenance.World;

/// <summary>A bundle as npm makes them: complete, signed and logged; a test changes one thing before all of that happens.</summary>
internal sealed record TestBundle
{
    public string MediaType { get; init; } = "application/vnd.dev.sigstore.bundle.v0.3+json";

    public JsonObject Statement { get; init; } = ValidStatement();

    public TestCertificate Certificate { get; init; } = new();

    /// <summary>Changes the certificate before it is logged and sent.</summary>
    public Func<byte[], byte[]> Altered { get; init; } = der => der;

    /// <summary>The id of the registry's key, when that signs instead of a certificate.</summary>
    public string? KeyId { get; init; }

    public string? NamedByEnvelope { get; init; }

    public DateTimeOffset IntegratedAt { get; init; } = TestSigstore.SignedAt;

    public int EntriesBefore { get; init; } = 5;

    public int EntriesAfter { get; init; } = 3;

    public bool HasPromise { get; init; } = true;

    public bool HasProof { get; init; } = true;

    /// <summary>Changes the entry before the log signs it.</summary>
    public Action<JsonObject> Logged { get; init; } = _ => { };

    /// <summary>Changes the entry after the log has signed it.</summary>
    public Action<JsonObject> Entry { get; init; } = _ => { };

    /// <summary>Answers of timestamp authorities, made from the signature.</summary>
    public IReadOnlyList<Func<byte[], byte[]>> Stamps { get; init; } = [];

    public static JsonObject ValidStatement() => new()
    {
        ["_type"] = "https://in-toto.io/Statement/v1",
        ["subject"] = new JsonArray(Subject("pkg:npm/%40acme/x@1.0.0", "sha512", TestSigstore.Tarball.Hex)),
        ["predicateType"] = "https://slsa.dev/provenance/v1",
        ["predicate"] = new JsonObject { ["buildDefinition"] = new JsonObject() },
    };

    public static JsonObject Subject(string name, string algorithm, string digest) =>
        new() { ["name"] = name, ["digest"] = new JsonObject { [algorithm] = digest } };

    public JsonObject Json() => Json(TestSigstore.Shared);

    public JsonObject Json(TestSigstore world)
    {
        using var ownKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = KeyId is null ? ownKey : world.RegistryKey;
        var payload = Encoding.UTF8.GetBytes(Statement.ToJsonString());
        var signature = key.SignData(
            PreAuthenticationEncoding.Of(DsseEnvelope.StatementType, payload), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var certificate = KeyId is null ? Altered(Certificate.Issue(world, key).RawData) : null;
        var pem = certificate is null ? key.ExportSubjectPublicKeyInfoPem() : PemEncoding.WriteString("CERTIFICATE", certificate);
        var material = new JsonObject { ["tlogEntries"] = new JsonArray(LogEntry(world, payload, signature, pem)) };
        if (certificate is not null)
        {
            material["certificate"] = new JsonObject { ["rawBytes"] = Convert.ToBase64String(certificate) };
        }
        else
        {
            material["publicKey"] = new JsonObject { ["hint"] = KeyId };
        }
        material["timestampVerificationData"] = new JsonObject
        {
            ["rfc3161Timestamps"] = new JsonArray([.. Stamps.Select(stamp =>
                new JsonObject { ["signedTimestamp"] = Convert.ToBase64String(stamp(signature)) })]),
        };
        return new JsonObject { ["mediaType"] = MediaType, ["verificationMaterial"] = material, ["dsseEnvelope"] = Envelope(payload, signature) };
    }

    private JsonObject Envelope(byte[] payload, byte[] signature) => new()
    {
        ["payload"] = Convert.ToBase64String(payload),
        ["payloadType"] = DsseEnvelope.StatementType,
        ["signatures"] = new JsonArray(new JsonObject
        {
            ["sig"] = Convert.ToBase64String(signature),
            ["keyid"] = NamedByEnvelope ?? KeyId ?? "",
        }),
    };

    private JsonObject LogEntry(TestSigstore world, byte[] payload, byte[] signature, string pem)
    {
        var logged = Body(payload, signature, pem);
        Logged(logged);
        var body = Encoding.UTF8.GetBytes(logged.ToJsonString());
        var entry = new JsonObject
        {
            ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(world.Log.Id) },
            ["kindVersion"] = new JsonObject { ["kind"] = "dsse", ["version"] = "0.0.1" },
            ["integratedTime"] = $"{IntegratedAt.ToUnixTimeSeconds()}",
            ["canonicalizedBody"] = Convert.ToBase64String(body),
        };
        if (EntriesBefore > 0)
        {
            entry["logIndex"] = $"{EntriesBefore}";
        }
        if (HasPromise)
        {
            var promise = world.Log.Promise(body, IntegratedAt.ToUnixTimeSeconds(), EntriesBefore);
            entry["inclusionPromise"] = new JsonObject { ["signedEntryTimestamp"] = promise };
        }
        if (HasProof)
        {
            entry["inclusionProof"] = world.Log.Proof(body, EntriesBefore, EntriesAfter);
        }
        Entry(entry);
        return entry;
    }

    private static JsonObject Body(byte[] payload, byte[] signature, string pem) => new()
    {
        ["apiVersion"] = "0.0.1",
        ["kind"] = "dsse",
        ["spec"] = new JsonObject
        {
            ["payloadHash"] = new JsonObject { ["algorithm"] = "sha256", ["value"] = Convert.ToHexStringLower(SHA256.HashData(payload)) },
            ["signatures"] = new JsonArray(new JsonObject
            {
                ["signature"] = Convert.ToBase64String(signature),
                ["verifier"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(pem)),
            }),
        },
    };
}
