using System.Security.Cryptography;
using System.Text;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Notes;

namespace Assay.Core.Tests.Provenance.Log;

public sealed class CheckpointTests
{
    // The example of c2sp.org/tlog-cosignature.
    private const string Example = """
        example.com/behind-the-sofa
        20852163
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
        — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==

        """;

    private const string Root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    private const string EmptyRoot = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    private readonly TestLog log = new();
    private readonly TreeEdge edge = TileStore.Of(5).Edge;

    [Fact]
    public void The_example_of_the_specification_is_one_and_is_not_believed_without_its_key()
    {
        Assert.True(UnverifiedCheckpoint.TryParse(Encoding.UTF8.GetBytes(Example), out var checkpoint));

        Assert.Equal("example.com/behind-the-sofa", checkpoint.Origin);
        Assert.False(checkpoint.TryVerify(log.Known with { Origin = checkpoint.Origin }, [log.WitnessKey], out _, out var refusal));
        Assert.Equal(LogRefusal.NotSigned, refusal);
    }

    [Fact]
    public void A_signed_checkpoint_is_read_with_what_it_says()
    {
        var checkpoint = Verified(log.Checkpoint(edge, "more", "and more").ToBytes());

        Assert.Equal((TestLog.Origin, 5, edge.Root), (checkpoint.Head.Origin, checkpoint.Head.Size, checkpoint.Head.Root));
        Assert.Equal(["more", "and more"], checkpoint.Head.Extensions);
        Assert.Equal([log.EcdsaKey, log.Ed25519Key], checkpoint.Signatures.Select(signature => signature.Key));
        Assert.Empty(checkpoint.Cosignatures);
    }

    [Fact]
    public void It_is_written_as_the_specification_has_it() =>
        Assert.StartsWith($"{TestLog.Origin}\n5\n{edge.Root}\n\n\u2014 {TestLog.Origin} ", Text(log.Checkpoint(edge)), StringComparison.Ordinal);

    [Fact]
    public void One_key_of_the_log_is_enough_and_the_other_lines_stay()
    {
        var bytes = log.Checkpoint(edge).ToBytes();
        Assert.True(UnverifiedCheckpoint.TryParse(bytes.Span, out var unverified));

        Assert.True(unverified.TryVerify(log.Known with { Keys = [log.Ed25519Key] }, [], out var checkpoint, out _));
        Assert.Single(checkpoint.Signatures);
        Assert.Equal(bytes.ToArray(), checkpoint.ToBytes().ToArray());
    }

    [Fact]
    public void Another_logs_checkpoint_is_refused_even_when_the_same_keys_signed_it()
    {
        Assert.True(UnverifiedCheckpoint.TryParse(log.Checkpoint(edge).ToBytes().Span, out var checkpoint));

        Assert.False(checkpoint.TryVerify(log.Known with { Origin = "other.example" }, [], out _, out var refusal));
        Assert.Equal(LogRefusal.OtherOrigin, refusal);
    }

    [Fact]
    public void A_witness_does_not_speak_for_the_log()
    {
        var text = new TreeHead(TestLog.Origin, edge.Size, edge.Root).ToBytes();
        Assert.True(UnverifiedCheckpoint.TryParse([.. text, (byte)'\n', .. Encoding.UTF8.GetBytes($"{log.Cosign(text)}")], out var checkpoint));

        Assert.False(checkpoint.TryVerify(log.Known, [log.WitnessKey], out _, out var refusal));
        Assert.Equal(LogRefusal.NotSigned, refusal);
    }

    [Fact]
    public void A_witness_says_when_it_saw_the_checkpoint()
    {
        var checkpoint = Verified([.. log.Checkpoint(edge).ToBytes().Span, .. Encoding.UTF8.GetBytes($"{Cosigned()}")]);

        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(TestLog.WitnessTime), Assert.Single(checkpoint.Cosignatures).Time);
    }

    [Fact]
    public void A_changed_time_is_not_the_witnesss()
    {
        var bytes = Cosigned().Value.ToArray();
        bytes[7]++;

        AssertBadWitness(Cosigned() with { Value = bytes });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void A_witness_that_names_no_time_is_refused(long time) =>
        AssertBadWitness(log.Cosign(new TreeHead(TestLog.Origin, edge.Size, edge.Root).ToBytes(), time));

    [Fact]
    public void A_signature_that_does_not_fit_is_never_written()
    {
        var signer = log.Signers[0] with { Sign = _ => new byte[70] };

        Assert.Throws<CryptographicException>(() => Checkpoint.Sign(new TreeHead(TestLog.Origin, 0, LogHash.EmptyTree), signer));
        Assert.Throws<ArgumentOutOfRangeException>(() => Checkpoint.Sign(new TreeHead(TestLog.Origin, 0, LogHash.EmptyTree)));
    }

    [Theory]
    [InlineData("a\n0\n" + EmptyRoot + "\n", true)]
    [InlineData("a\n1\n" + Root + "\n", true)]
    [InlineData("a\n9223372036854775807\n" + Root + "\n", true)]
    [InlineData("a\n1\n" + Root + "\nmore\n", true)]
    [InlineData("a b+\u00e9\n1\n" + Root + "\n", true)]
    [InlineData("a\n0\n" + Root + "\n", false)]
    [InlineData("a\n1\n", false)]
    [InlineData("\n1\n" + Root + "\n", false)]
    [InlineData("a\n\n" + Root + "\n", false)]
    [InlineData("a\n01\n" + Root + "\n", false)]
    [InlineData("a\n00\n" + EmptyRoot + "\n", false)]
    [InlineData("a\n+1\n" + Root + "\n", false)]
    [InlineData("a\n-1\n" + Root + "\n", false)]
    [InlineData("a\n 1\n" + Root + "\n", false)]
    [InlineData("a\n1 \n" + Root + "\n", false)]
    [InlineData("a\n1e3\n" + Root + "\n", false)]
    [InlineData("a\n0x1\n" + Root + "\n", false)]
    [InlineData("a\n\u0661\n" + Root + "\n", false)]
    [InlineData("a\n9223372036854775808\n" + Root + "\n", false)]
    [InlineData("a\n18446744073709551617\n" + Root + "\n", false)]
    [InlineData("a\n1\n" + Root + "=\n", false)]
    [InlineData("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", false)]
    [InlineData("a\n1\nAAAA\n", false)]
    [InlineData("a\n1\n" + Root + "\n\nmore\n", false)]
    [InlineData("a\n1\n" + Root + "\n\n", false)]
    public void A_tree_head_has_one_spelling(string text, bool isHead) =>
        Assert.Equal(isHead, UnverifiedCheckpoint.TryParse(Encoding.UTF8.GetBytes(text + "\n\u2014 a AAAAAAE=\n"), out _));

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\0")]
    public void A_tree_head_cannot_be_made_of_what_is_no_line(string text)
    {
        Assert.Throws<ArgumentException>(() => new TreeHead(text, 1, edge.Root));
        Assert.Throws<ArgumentException>(() => new TreeHead("a", 1, edge.Root, text));
    }

    [Fact]
    public void A_tree_head_of_no_leaves_has_the_root_of_the_empty_tree()
    {
        Assert.Throws<ArgumentException>(() => new TreeHead("a", 0, edge.Root));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TreeHead("a", -1, edge.Root));
    }

    private NoteSignature Cosigned() => log.Cosign(new TreeHead(TestLog.Origin, edge.Size, edge.Root).ToBytes());

    private void AssertBadWitness(NoteSignature line)
    {
        byte[] bytes = [.. log.Checkpoint(edge).ToBytes().Span, .. Encoding.UTF8.GetBytes($"{line}")];
        Assert.True(UnverifiedCheckpoint.TryParse(bytes, out var checkpoint));

        Assert.True(checkpoint.TryVerify(log.Known, [], out _, out _));
        Assert.False(checkpoint.TryVerify(log.Known, [log.WitnessKey], out _, out var refusal));
        Assert.Equal(LogRefusal.BadSignature, refusal);
    }

    private Checkpoint Verified(ReadOnlyMemory<byte> bytes)
    {
        Assert.True(UnverifiedCheckpoint.TryParse(bytes.Span, out var unverified));
        Assert.True(unverified.TryVerify(log.Known, [log.WitnessKey], out var checkpoint, out _));
        return checkpoint;
    }

    private Checkpoint Verified(byte[] bytes) => Verified((ReadOnlyMemory<byte>)bytes);

    private static string Text(Checkpoint checkpoint) => Encoding.UTF8.GetString(checkpoint.ToBytes().Span);
}
