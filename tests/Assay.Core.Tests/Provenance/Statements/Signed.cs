using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Core.Tests.Provenance.Log;
using Assay.Core.Tests.Provenance.World;
using Assay.Provenance.Envelopes;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Rekor;
using Assay.Provenance.Sigstore.Bundles;
using Assay.Provenance.Sigstore.Roots;
using Assay.Provenance.Statements;
using TestLog = Assay.Core.Tests.Provenance.Log.TestLog;

namespace Assay.Core.Tests.Provenance.Statements;

/// <summary>A statement that a registry signed and logged in its own log, with as many entries around it as wanted.</summary>
internal sealed class Signed
{
    public static readonly StatementSubject Subject = SubjectOf();
    public static readonly DateTimeOffset At = TestSigstore.SignedAt;

    private static readonly ECDsa RegistryKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly TestLog Log = new();

    public static byte[] PublicKey => RegistryKey.ExportSubjectPublicKeyInfo();

    public static string KeyId => Assay.Provenance.Keys.KeyId.Of(RegistryKey);

    public DsseEnvelope Envelope { get; } = DsseEnvelope.Sign(PublishStatement.Write(Subject, "https://packages.example.test"), KeyId, Sign);

    public static TrustedRoot Root()
    {
        var root = TestSigstore.Shared.RootJson();
        root["tlogs"] = new JsonArray(new JsonObject
        {
            ["baseUrl"] = $"https://{TestLog.Origin}",
            ["hashAlgorithm"] = "SHA2_256",
            ["publicKey"] = new JsonObject
            {
                ["rawBytes"] = Convert.ToBase64String(Log.EcdsaPublicKey),
                ["keyDetails"] = "PKIX_ECDSA_P256_SHA_256",
                ["validFor"] = new JsonObject { ["start"] = "2026-01-01T00:00:00Z" },
            },
            ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(Log.EcdsaKey.LogId.Span) },
        });
        return TestSigstore.Root(root);
    }

    public LoggedEntry Entry(int before, int after)
    {
        var body = RekorDsseEntry.Body(Envelope.ToBytes(), Envelope.Payload.Span, Envelope.Signature.Span, PublicKey);
        LogHash[] leaves =
        [
            .. Enumerable.Range(0, before).Select(number => LogHash.OfLeaf([1, (byte)number])), LogHash.OfLeaf(body),
            .. Enumerable.Range(0, after).Select(number => LogHash.OfLeaf([2, (byte)number])),
        ];
        var edge = leaves.Aggregate(TreeEdge.Empty, (tree, leaf) => tree.Append(leaf, []));
        var timestamp = Log.Signers[0].Sign(RekorEntryTimestamp.Payload(body, At, Log.EcdsaKey, before));
        return new LoggedEntry(
            body, At, Log.EcdsaKey, timestamp, new InclusionProof(before, leaves.Length, new NaiveTree(leaves).Path(before, leaves.Length)), Log.Checkpoint(edge));
    }

    public JsonObject Bundle(int before, int after) => JsonNode.Parse(KeyBundle.Write(Envelope, Entry(before, after)))!.AsObject();

    private static byte[] Sign(ReadOnlyMemory<byte> bytes) =>
        RegistryKey.SignData(bytes.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    private static StatementSubject SubjectOf()
    {
        var package = Bundles.Package("@acme/x", "1.0.0", TestSigstore.Tarball);
        return new StatementSubject(package.Name, package.Version, package.Integrity);
    }
}
