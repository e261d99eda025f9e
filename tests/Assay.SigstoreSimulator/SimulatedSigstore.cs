using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Provenance.Envelopes;

namespace Assay.SigstoreSimulator;

/// <summary>
/// A Sigstore of one's own: certificate authority with its log, transparency log, timestamp authority, and the trusted root that lists them.
/// Makes bundles in the process; <see cref="SigstoreSimulatorHost"/> lets clients make them.
/// </summary>
public sealed class SimulatedSigstore
{
    private readonly TimeProvider clock;
    private readonly Authority authority;
    private readonly LogKey certificateLog;
    private readonly LogKey entryLog;
    private readonly Timestamps timestamps;

    public SimulatedSigstore(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        this.clock = clock;
        var since = clock.GetUtcNow().AddDays(-30);
        authority = new Authority("certificates", since);
        certificateLog = new LogKey("ct.sigstore.test", since);
        entryLog = new LogKey("rekor.sigstore.test", since);
        timestamps = new Timestamps(since);
        Certificates = new SigningCertificates(authority, certificateLog);
        Log = new EntryLog(entryLog);
    }

    /// <summary>The <c>trusted_root.json</c> of exactly these.</summary>
    public string TrustedRoot =>
        Root.Of(authority.Json(), certificateLog.Json(), entryLog.Json(), timestamps.Json()).ToJsonString();

    internal SigningCertificates Certificates { get; }

    internal EntryLog Log { get; }

    internal DateTimeOffset Now => clock.GetUtcNow();

    internal IEnumerable<string> ChainOf(X509Certificate2 issued) => authority.ChainOf(issued);

    /// <summary>Signs, logs and wraps up a statement as npm does.</summary>
    public JsonObject Sign(BundleDraft draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var payload = Encoding.UTF8.GetBytes(draft.Statement().ToJsonString());
        var signature = key.SignData(
            PreAuthenticationEncoding.Of(DsseEnvelope.StatementType, payload), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        using var certificate = Certificates.Issue(new PublicKey(key), CertifiedClaims.Of(draft.Claims), Now - draft.CertificateAge);
        var envelope = EnvelopeOf(payload, signature);
        var verifier = Convert.ToBase64String(Encoding.UTF8.GetBytes(certificate.ExportCertificatePem()));
        var entry = Log.Append(EntryLog.Body(envelope.ToJsonString(), payload, Convert.ToBase64String(signature), verifier), Now);
        var bundle = new JsonObject
        {
            ["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.3+json",
            ["verificationMaterial"] = new JsonObject
            {
                ["certificate"] = new JsonObject { ["rawBytes"] = Convert.ToBase64String(certificate.RawData) },
                ["tlogEntries"] = new JsonArray(entry.ToBundle()),
                ["timestampVerificationData"] = new JsonObject { ["rfc3161Timestamps"] = new JsonArray([.. StampsOf(draft, signature)]) },
            },
            ["dsseEnvelope"] = envelope,
        };
        draft.Change(bundle);

        return bundle;
    }

    private IEnumerable<JsonNode> StampsOf(BundleDraft draft, byte[] signature)
    {
        if (draft.IsStamped)
        {
            yield return new JsonObject { ["signedTimestamp"] = Convert.ToBase64String(timestamps.Stamp(signature, Now)) };
        }
    }

    private static JsonObject EnvelopeOf(byte[] payload, byte[] signature) => new()
    {
        ["payload"] = Convert.ToBase64String(payload),
        ["payloadType"] = DsseEnvelope.StatementType,
        ["signatures"] = new JsonArray(new JsonObject { ["sig"] = Convert.ToBase64String(signature), ["keyid"] = "" }),
    };
}
