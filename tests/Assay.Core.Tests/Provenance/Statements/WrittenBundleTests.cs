using System.Text;
using Assay.Core.Tests.Provenance.World;
using Assay.Provenance.Log;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Bundles;
using Assay.Provenance.Sigstore.Keys;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Core.Tests.Provenance.Statements;

/// <summary>Bundles that are written here, read by the verifier that reads everybody's.</summary>
public sealed class WrittenBundleTests
{
    private const string EntryPath = "verificationMaterial/tlogEntries/0/";

    private static readonly TrustedRoot Root = Signed.Root();

    private readonly Signed signed = new();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(0, 6)]
    [InlineData(1, 0)]
    [InlineData(5, 3)]
    [InlineData(7, 0)]
    [InlineData(200, 100)]
    public void A_written_bundle_verifies_wherever_its_entry_stands(int before, int after)
    {
        var verified = Assert.IsType<BundleVerdict.Verified>(Verify(signed.Bundle(before, after).ToJsonString()));

        Assert.Equal(new BundleSigner.Key(Signed.KeyId), verified.Signer);
        Assert.Equal(before, Assert.Single(verified.LogEntries).LogIndex);
        Assert.Equal(Signed.At, verified.LogEntries[0].IntegratedTime);
        Assert.Equal("pkg:npm/%40acme/x@1.0.0", verified.Statement!.SubjectName);
    }

    [Fact]
    public void The_first_entry_verifies_as_protobuf_leaves_out_zeros_too()
    {
        var bundle = signed.Bundle(0, 0);
        bundle.At(EntryPath.TrimEnd('/')).AsObject().Remove("logIndex");
        bundle.At(EntryPath + "inclusionProof").AsObject().Remove("logIndex");
        bundle.At(EntryPath + "inclusionProof").AsObject().Remove("hashes");

        Assert.IsType<BundleVerdict.Verified>(Verify(bundle.ToJsonString()));
    }

    [Fact]
    public void A_bundle_has_what_stock_clients_look_for()
    {
        var bundle = signed.Bundle(0, 3);

        Assert.Equal("application/vnd.dev.sigstore.bundle.v0.3+json", (string?)bundle["mediaType"]);
        Assert.Equal(Signed.KeyId, (string?)bundle.At("verificationMaterial/publicKey/hint"));
        Assert.Equal(Signed.KeyId, (string?)bundle.At("dsseEnvelope/signatures/0/keyid"));
        Assert.Equal("application/vnd.in-toto+json", (string?)bundle.At("dsseEnvelope/payloadType"));
        Assert.Equal(("0", "0"), ((string?)bundle.At(EntryPath + "logIndex"), (string?)bundle.At(EntryPath + "inclusionProof/logIndex")));
        Assert.Equal($"{Signed.At.ToUnixTimeSeconds()}", (string?)bundle.At(EntryPath + "integratedTime"));
        Assert.Equal("4", (string?)bundle.At(EntryPath + "inclusionProof/treeSize"));
        Assert.Equal(("dsse", "0.0.1"), ((string?)bundle.At(EntryPath + "kindVersion/kind"), (string?)bundle.At(EntryPath + "kindVersion/version")));
    }

    [Theory]
    [InlineData("dsseEnvelope/payload")]
    [InlineData("dsseEnvelope/signatures/0/sig")]
    [InlineData(EntryPath + "canonicalizedBody")]
    [InlineData(EntryPath + "logId/keyId")]
    [InlineData(EntryPath + "inclusionPromise/signedEntryTimestamp")]
    [InlineData(EntryPath + "inclusionProof/rootHash")]
    [InlineData(EntryPath + "inclusionProof/hashes/0")]
    [InlineData(EntryPath + "inclusionProof/hashes/2")]
    public void One_flipped_bit_anywhere_is_refused(string path)
    {
        // Signed once: each signature is another one, and not always as long.
        var whole = signed.Bundle(5, 3);
        var length = Convert.FromBase64String((string)whole.At(path)!).Length;

        Assert.All(Enumerable.Range(0, length), index =>
        {
            var bundle = whole.DeepClone();
            var bytes = Convert.FromBase64String((string)bundle.At(path)!);
            bytes[index] ^= 1;
            bundle.At(path).ReplaceWith(Convert.ToBase64String(bytes));

            Assert.IsType<BundleVerdict.Refused>(Verify(bundle.ToJsonString()));
        });
    }

    // The second line of signatures is by a key that Sigstore's clients do not know, so it is not theirs to judge.
    [Fact]
    public void One_changed_character_of_the_checkpoint_is_refused()
    {
        var whole = signed.Bundle(5, 3);
        var note = (string)whole.At(EntryPath + "inclusionProof/checkpoint/envelope")!;
        var judged = note.LastIndexOf('\u2014');

        Assert.All(Enumerable.Range(0, judged), index =>
        {
            var bundle = whole.DeepClone();
            var changed = new StringBuilder(note) { [index] = note[index] == 'x' ? 'y' : 'x' };
            bundle.At(EntryPath + "inclusionProof/checkpoint/envelope").ReplaceWith(changed.ToString());

            Assert.IsType<BundleVerdict.Refused>(Verify(bundle.ToJsonString()));
        });
    }

    [Theory]
    [InlineData(EntryPath + "logIndex", "6")]
    [InlineData(EntryPath + "inclusionProof/logIndex", "4")]
    [InlineData(EntryPath + "inclusionProof/treeSize", "10")]
    [InlineData(EntryPath + "integratedTime", "1772366401")]
    [InlineData(EntryPath + "kindVersion/kind", "intoto")]
    [InlineData("verificationMaterial/publicKey/hint", "SHA256:another")]
    [InlineData("dsseEnvelope/signatures/0/keyid", "SHA256:another")]
    [InlineData("dsseEnvelope/payloadType", "text/plain")]
    public void One_changed_member_is_refused(string path, string value)
    {
        var bundle = signed.Bundle(5, 3);
        Assert.NotEqual(value, (string?)bundle.At(path));
        bundle.At(path).ReplaceWith(value);

        Assert.IsType<BundleVerdict.Refused>(Verify(bundle.ToJsonString()));
    }

    [Fact]
    public void A_bundle_is_not_written_around_a_proof_that_does_not_hold()
    {
        var entry = signed.Entry(5, 3);

        Assert.Throws<ArgumentException>(() => KeyBundle.Write(signed.Envelope, entry with { Proof = entry.Proof with { Index = 4 } }));
        Assert.Throws<ArgumentException>(() => KeyBundle.Write(signed.Envelope, entry with { Proof = new InclusionProof(5, 10, entry.Proof.Hashes) }));
        Assert.Throws<ArgumentException>(() => KeyBundle.Write(signed.Envelope, entry with { Checkpoint = signed.Entry(4, 4).Checkpoint }));
        Assert.Throws<ArgumentException>(() => KeyBundle.Write(signed.Envelope, entry with { Body = "{}"u8.ToArray() }));
    }

    [Fact]
    public void The_same_facts_are_the_same_bytes()
    {
        var entry = signed.Entry(5, 3);

        Assert.Equal(KeyBundle.Write(signed.Envelope, entry), KeyBundle.Write(signed.Envelope, entry));
        Assert.Equal(signed.Envelope.ToBytes(), signed.Envelope.ToBytes());
    }

    private static BundleVerdict Verify(string json)
    {
        Assert.True(VerificationKey.TryCreate(Signed.PublicKey, out var key));
        var signer = new ExpectedSigner.Key(id => id == Signed.KeyId ? new SigningKey(key) : null);
        return Bundles.Verify(json, Root, new BundleExpectations(signer, TestSigstore.Package));
    }
}
