using System.Text;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Notes;
using Assay.Provenance.Log.Witnesses;

namespace Assay.Core.Tests.Provenance.Log;

public sealed class WitnessTests
{
    private readonly TestLog log = new();
    private readonly TileStore store = TileStore.Of(300);
    private readonly Checkpoint checkpoint;

    public WitnessTests() => checkpoint = log.Checkpoint(store.Edge);

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(300)]
    public async Task A_witness_reads_what_the_log_posts(long oldSize)
    {
        var body = await RequestAsync(oldSize);

        Assert.True(UnverifiedWitnessRequest.TryParse(body, out var request));
        Assert.True(request.Checkpoint.TryVerify(log.Known, [], out var sent, out _));
        Assert.Equal(oldSize, request.OldSize);
        Assert.True(new ConsistencyProof(request.OldSize, sent.Head.Size, request.Hashes).Verifies(await RootAsync(oldSize), sent.Head.Root));
    }

    [Fact]
    public async Task A_request_is_written_as_the_specification_has_it()
    {
        var proof = await store.Proofs(300).ConsistencyAsync(256, TestContext.Current.CancellationToken);

        Assert.Equal(
            $"old 256\n{Assert.Single(proof.Hashes)}\n\n{Encoding.UTF8.GetString(checkpoint.ToBytes().Span)}",
            Encoding.UTF8.GetString(await RequestAsync(256)));
    }

    [Fact]
    public void A_proof_for_another_size_is_not_sent() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WitnessRequest(new ConsistencyProof(0, 299, []), checkpoint));

    [Theory]
    [InlineData("old 5\n\n", true)]
    [InlineData("old 0\n\n", true)]
    [InlineData("", false)]
    [InlineData("\n", false)]
    [InlineData("old 5\n", false)]
    [InlineData("old5\n\n", false)]
    [InlineData("old  5\n\n", false)]
    [InlineData("old 05\n\n", false)]
    [InlineData("old 5 \n\n", false)]
    [InlineData("old 5\0\n\n", false)]
    [InlineData("old -5\n\n", false)]
    [InlineData("old \n\n", false)]
    [InlineData("Old 5\n\n", false)]
    [InlineData("new 5\n\n", false)]
    [InlineData("old 9223372036854775808\n\n", false)]
    [InlineData("old 5\nAAAA\n\n", false)]
    [InlineData("old 5\r\n\r\n", false)]
    public void A_request_has_one_spelling(string start, bool isRequest) =>
        Assert.Equal(isRequest, UnverifiedWitnessRequest.TryParse([.. Encoding.UTF8.GetBytes(start), .. checkpoint.ToBytes().Span], out _));

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void A_proof_has_at_most_63_hashes(int count, bool isRequest)
    {
        var lines = string.Concat(Enumerable.Repeat($"{LogHash.EmptyTree}\n", count));
        byte[] body = [.. Encoding.UTF8.GetBytes($"old 5\n{lines}\n"), .. checkpoint.ToBytes().Span];

        Assert.Equal(isRequest, UnverifiedWitnessRequest.TryParse(body, out _));
    }

    [Fact]
    public void A_cosigned_checkpoint_has_the_witnesss_line_under_the_logs()
    {
        var line = log.Cosign(checkpoint.Head.ToBytes());

        var cosigned = Assert.IsType<WitnessAnswer.Cosigned>(Read(200, $"{line}")).Checkpoint;

        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(TestLog.WitnessTime), Assert.Single(cosigned.Cosignatures).Time);
        Assert.Equal([.. checkpoint.ToBytes().Span, .. Encoding.UTF8.GetBytes($"{line}")], cosigned.ToBytes().ToArray());
        Assert.True(UnverifiedCheckpoint.TryParse(cosigned.ToBytes().Span, out var read));
        Assert.True(read.TryVerify(log.Known, [log.WitnessKey], out var again, out _));
        Assert.Single(again.Cosignatures);
    }

    [Fact]
    public void Unknown_lines_of_an_answer_are_left_out_and_a_witness_has_one_line()
    {
        var text = checkpoint.Head.ToBytes();
        var (first, second) = (log.Cosign(text), log.Cosign(text, TestLog.WitnessTime + 1));
        var stranger = new NoteSignature("stranger.example", 1, new byte[72]);

        var once = Assert.IsType<WitnessAnswer.Cosigned>(Read(200, $"{stranger}{first}{second}")).Checkpoint;
        var twice = WitnessAnswer.Read(200, null, Encoding.UTF8.GetBytes($"{second}"), once, [log.WitnessKey]);

        Assert.Equal([.. checkpoint.ToBytes().Span, .. Encoding.UTF8.GetBytes($"{first}")], once.ToBytes().ToArray());
        Assert.Equal(once.ToBytes().ToArray(), Assert.IsType<WitnessAnswer.Cosigned>(twice).Checkpoint.ToBytes().ToArray());
    }

    [Fact]
    public void A_line_over_another_checkpoint_is_of_no_use()
    {
        var other = new TreeHead(TestLog.Origin, 299, store.Edge.Root).ToBytes();

        Assert.IsType<WitnessAnswer.Unusable>(Read(200, $"{log.Cosign(other)}"));
    }

    [Fact]
    public void An_answer_cannot_bring_a_text_of_its_own()
    {
        var other = new TreeHead(TestLog.Origin, 299, store.Edge.Root).ToBytes();

        Assert.IsType<WitnessAnswer.Unusable>(Read(200, $"{Encoding.UTF8.GetString(other)}\n{log.Cosign(other)}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("yes\n")]
    [InlineData("\u2014 stranger.example AAAAAAE=\n")]
    public void An_answer_without_a_known_line_is_of_no_use(string body) => Assert.IsType<WitnessAnswer.Unusable>(Read(200, body));

    [Fact]
    public void A_giant_answer_is_of_no_use()
    {
        var stranger = new NoteSignature("stranger.example", 1, new byte[UnverifiedNote.LongestNote]);

        Assert.IsType<WitnessAnswer.Unusable>(Read(200, $"{log.Cosign(checkpoint.Head.ToBytes())}{stranger}"));
    }

    [Theory]
    [InlineData(409, "text/x.tlog.size", "0\n", 0)]
    [InlineData(409, "text/x.tlog.size", "256\n", 256)]
    public void A_witness_that_saw_another_size_says_which(int status, string type, string body, long size) =>
        Assert.Equal(new WitnessAnswer.SawSize(size), Read(status, body, type));

    [Theory]
    [InlineData(409, "text/plain", "256\n")]
    [InlineData(409, null, "256\n")]
    [InlineData(409, "text/x.tlog.size", "256")]
    [InlineData(409, "text/x.tlog.size", "0256\n")]
    [InlineData(409, "text/x.tlog.size", "256\n\n")]
    [InlineData(409, "text/x.tlog.size", "\n")]
    [InlineData(409, "text/x.tlog.size", "")]
    [InlineData(409, "text/x.tlog.size", "9223372036854775808\n")]
    [InlineData(400, "text/x.tlog.size", "256\n")]
    [InlineData(403, null, "")]
    [InlineData(404, null, "")]
    [InlineData(422, null, "")]
    [InlineData(500, "text/html", "<html>")]
    public void Any_other_answer_is_a_refusal(int status, string? type, string body) =>
        Assert.Equal(new WitnessAnswer.Refused(status), Read(status, body, type));

    private WitnessAnswer Read(int status, string body, string? type = "text/plain") =>
        WitnessAnswer.Read(status, type, Encoding.UTF8.GetBytes(body), checkpoint, [log.WitnessKey]);

    private async Task<byte[]> RequestAsync(long oldSize) =>
        new WitnessRequest(await store.Proofs(300).ConsistencyAsync(oldSize, TestContext.Current.CancellationToken), checkpoint).ToBytes();

    private async Task<LogHash> RootAsync(long size) => (await store.Proofs(size).EdgeAsync(TestContext.Current.CancellationToken)).Root;
}
