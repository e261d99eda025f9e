using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Core.Tests.Provenance.World;
using Assay.Provenance.Sigstore;

namespace Assay.Core.Tests.Provenance;

/// <summary>Checkpoints and proofs, signed by the log or by others, around an entry that has nothing else.</summary>
public sealed class CheckpointTests
{
    private const string Proof = "verificationMaterial/tlogEntries/0/inclusionProof";
    private const string Line = "\u2014 witness.example.test AAAAAAAA\n";

    private static readonly TestSigstore World = TestSigstore.Shared;
    private static readonly TestLog Stranger = new("log.example.test");

    [Fact]
    public void Lines_by_unknown_keys_are_passed_over_wherever_they_stand()
    {
        Assert.Equal("", Code(note => note + Line));
        Assert.Equal("", Code(note => note.Replace("\n\n", "\n\n" + Line, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_logs_own_line_must_be_there_and_by_the_logs_key()
    {
        Assert.Equal(BundleRefusalCodes.LogCheckpointInvalid, Code(note => note[..(note.IndexOf("\n\n", StringComparison.Ordinal) + 2)] + Line));
        Assert.Equal(BundleRefusalCodes.LogCheckpointInvalid, Code(By(Stranger)));
        Assert.Equal(
            BundleRefusalCodes.LogCheckpointInvalid,
            Code(note => note.Replace("\u2014 log.example.test", "\u2014 other.example.test", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_wrong_line_by_the_logs_key_is_fatal_beside_a_good_one()
    {
        var hint = Convert.ToBase64String([.. World.Log.Id[..4], 1, 2, 3]);

        Assert.Equal(BundleRefusalCodes.LogCheckpointInvalid, Code(note => note + $"\u2014 log.example.test {hint}\n"));
    }

    [Theory]
    [InlineData("log.example.test\n", "other.example.test\n")]
    [InlineData("log.example.test\n", "log.example.test.evil\n")]
    [InlineData("\n9\n", "\n09\n")]
    [InlineData("\n9\n", "\n+9\n")]
    [InlineData("\n9\n", "\n10\n")]
    [InlineData("\n9\n", "\n\n9\n")]
    [InlineData("=\n", "=\n\nmore\n")]
    public void A_text_that_is_not_the_trees_is_refused_though_the_log_signed_it(string here, string there) =>
        Assert.Equal(BundleRefusalCodes.LogCheckpointInvalid, Code(Signed(text => text.Replace(here, there, StringComparison.Ordinal))));

    [Fact]
    public void A_root_that_is_not_the_trees_is_refused_though_the_log_signed_it() =>
        Assert.Equal(BundleRefusalCodes.LogCheckpointInvalid, Code(_ => World.Log.Checkpoint(9, new byte[32])));

    [Fact]
    public void More_lines_of_text_are_the_logs_business() => Assert.Equal("", Code(Signed(text => text + "Timestamp: 1\n")));

    [Fact]
    public void The_number_of_the_tree_may_follow_the_name() => Assert.Equal("", Code(Signed(text => text.Replace("test\n", "test - 42\n", StringComparison.Ordinal))));

    [Theory]
    [InlineData("\u2014 ", "- ")]
    [InlineData("\u2014 ", "\u2014  ")]
    public void A_line_that_is_no_signature_line_spoils_the_note(string here, string there) =>
        Assert.Equal(BundleRefusalCodes.LogCheckpointInvalid, Code(note => note.Replace(here, there, StringComparison.Ordinal)));

    [Fact]
    public void A_proof_with_a_hash_too_many_or_too_few_is_refused()
    {
        Assert.Equal(BundleRefusalCodes.LogProofInvalid, Code(proof => proof["hashes"]!.AsArray().Add(Convert.ToBase64String(new byte[32]))));
        Assert.Equal(BundleRefusalCodes.LogProofInvalid, Code(proof => proof["hashes"]!.AsArray().RemoveAt(0)));
        Assert.Equal(BundleRefusalCodes.LogProofInvalid, Code(proof => proof["hashes"]![0] = Convert.ToBase64String(new byte[31])));
    }

    [Theory]
    [InlineData(4, 32, "")]
    [InlineData(3, 32, BundleRefusalCodes.LogProofInvalid)]
    [InlineData(5, 32, BundleRefusalCodes.LogProofInvalid)]
    [InlineData(4, 31, BundleRefusalCodes.LogProofInvalid)]
    public void A_proof_for_nine_entries_has_four_hashes_whatever_root_the_log_signed(int count, int length, string code)
    {
        var json = new TestBundle { EntriesBefore = 0, EntriesAfter = 8 }.Json();
        var proof = json.At(Proof).AsObject();
        var root = SHA256.HashData([0, .. Convert.FromBase64String(json.At("verificationMaterial/tlogEntries/0/canonicalizedBody").GetValue<string>())]);
        var hash = new byte[length];
        for (var level = 1; level <= count; level++)
        {
            root = SHA256.HashData(level > 4 ? [1, .. hash, .. root] : [1, .. root, .. hash]);
        }
        proof["rootHash"] = Convert.ToBase64String(root);
        proof["hashes"] = new JsonArray([.. Enumerable.Repeat(Convert.ToBase64String(hash), count).Select(text => JsonValue.Create(text))]);
        proof["checkpoint"] = new JsonObject { ["envelope"] = World.Log.Checkpoint(9, root) };

        Assert.Equal(code, Bundles.Code(Bundles.Verify(json.ToJsonString(), World.Root(), TestSigstore.ByWorkflow)));
    }

    [Theory]
    [InlineData("logIndex", "4", BundleRefusalCodes.LogProofInvalid)]
    [InlineData("logIndex", "9", BundleRefusalCodes.LogProofInvalid)]
    [InlineData("treeSize", "0", BundleRefusalCodes.LogProofInvalid)]
    [InlineData("treeSize", "10", BundleRefusalCodes.LogCheckpointInvalid)]
    public void A_proof_of_another_place_or_tree_is_refused(string member, string value, string code) =>
        Assert.Equal(code, Code(proof => proof[member] = value));

    [Fact]
    public void A_proof_of_a_place_behind_the_tree_is_refused()
    {
        var json = new TestBundle { EntriesBefore = 0, EntriesAfter = 0 }.Json();
        json.At(Proof)["logIndex"] = "1";

        Assert.Equal(
            BundleRefusalCodes.LogProofInvalid, Bundles.Code(Bundles.Verify(json.ToJsonString(), World.Root(), TestSigstore.ByWorkflow)));
    }

    [Fact]
    public void A_proof_without_checkpoint_proves_nothing() =>
        Assert.Equal(BundleRefusalCodes.LogProofMissing, Code(proof => proof.Remove("checkpoint")));

    private static Func<string, string> By(TestLog log) => note => Encoded(log, note[..(note.IndexOf("\n\n", StringComparison.Ordinal) + 1)]);

    private static Func<string, string> Signed(Func<string, string> change) =>
        note => Encoded(World.Log, change(note[..(note.IndexOf("\n\n", StringComparison.Ordinal) + 1)]));

    private static string Encoded(TestLog log, string text) =>
        $"{text}\n\u2014 log.example.test {Convert.ToBase64String([.. log.Id[..4], .. log.Sign(Encoding.UTF8.GetBytes(text))])}\n";

    private static string Code(Func<string, string> change) =>
        Code(proof => proof["checkpoint"]!["envelope"] = change(proof["checkpoint"]!["envelope"]!.GetValue<string>()));

    private static string Code(Action<JsonObject> change)
    {
        var json = new TestBundle().Json();
        change(json.At(Proof).AsObject());
        return Bundles.Code(Bundles.Verify(json.ToJsonString(), World.Root(), TestSigstore.ByWorkflow));
    }
}
