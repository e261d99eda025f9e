using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Notes;
using Assay.Provenance.Log.Rekor;

namespace Assay.Core.Tests.Provenance.Log;

/// <summary>An entry of Sigstore's public log: what that log signed and hashed must verify here, byte for byte.</summary>
public sealed class RealRekorEntryTests
{
    private const string Origin = "rekor.sigstore.dev - 2605736670972794746";

    private const string PublicKey =
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2G2Y+2tabdTV5BcGiBIx0a9fAFwrkBbmLSGtks4L3qX6yYY0zufBnhC8Ur/iy55GhWP/9A/bY2LhC30M9+RYtw==";

    private static readonly EcdsaNoteKey Key = EcdsaNoteKey.Create("rekor.sigstore.dev", Convert.FromBase64String(PublicKey))!;

    private readonly JsonElement entry =
        JsonElement.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Provenance", "Log", "rekor-entry.json")));

    private byte[] Body => entry.GetProperty("canonicalizedBody").GetBytesFromBase64();

    private JsonElement Proof => entry.GetProperty("inclusionProof");

    [Fact]
    public void The_logs_id_is_the_hash_of_its_key() =>
        Assert.Equal(entry.GetProperty("logId").GetProperty("keyId").GetBytesFromBase64(), Key.LogId.ToArray());

    [Fact]
    public void The_checkpoint_and_the_inclusion_proof_verify()
    {
        var checkpoint = Checkpoint();

        Assert.Equal(75_408_393, checkpoint.Head.Size);
        Assert.True(Inclusion(checkpoint).Verifies(LogHash.OfLeaf(Body), checkpoint.Head.Root));
        Assert.False(Inclusion(checkpoint).Verifies(LogHash.OfLeaf([.. Body, 0]), checkpoint.Head.Root));
    }

    [Fact]
    public void The_entrys_timestamp_is_signed_over_the_payload_that_is_made_here()
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(PublicKey), out _);
        var signature = entry.GetProperty("inclusionPromise").GetProperty("signedEntryTimestamp").GetBytesFromBase64();

        var time = DateTimeOffset.FromUnixTimeSeconds(Number(entry, "integratedTime"));
        var payload = RekorEntryTimestamp.Payload(Body, time, Key, Number(entry, "logIndex"));

        Assert.True(key.VerifyData(payload, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    private Checkpoint Checkpoint()
    {
        var text = Proof.GetProperty("checkpoint").GetProperty("envelope").GetString()!;
        Assert.True(UnverifiedCheckpoint.TryParse(Encoding.UTF8.GetBytes(text), out var unverified));
        Assert.True(unverified.TryVerify(new KnownLog(Origin, [Key]), [], out var checkpoint, out _));
        return checkpoint;
    }

    private InclusionProof Inclusion(Checkpoint checkpoint) => new(
        Number(Proof, "logIndex"),
        checkpoint.Head.Size,
        [.. Proof.GetProperty("hashes").EnumerateArray().Select(hash => new LogHash(hash.GetBytesFromBase64()))]);

    private static long Number(JsonElement parent, string name) => long.Parse(parent.GetProperty(name).GetString()!);
}
