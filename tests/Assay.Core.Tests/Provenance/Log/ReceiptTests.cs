using System.Text;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Notes;

namespace Assay.Core.Tests.Provenance.Log;

public sealed class ReceiptTests
{
    private readonly TestLog log = new();
    private readonly TileStore store = TileStore.Of(300);

    [Theory]
    [InlineData(0, "")]
    [InlineData(256, "pkg")]
    [InlineData(299, "\n")]
    public async Task A_receipt_is_read_as_it_is_written_and_verifies(int index, string extra)
    {
        var bytes = (await ReceiptAsync(index, Encoding.UTF8.GetBytes(extra))).ToBytes();

        Assert.True(UnverifiedReceipt.TryParse(bytes, out var unverified));
        Assert.Equal((TestLog.Origin, index), (unverified.Origin, unverified.Index));
        Assert.True(unverified.TryVerify(store.Leaves[index], log.Known, [log.WitnessKey], out var receipt, out _));
        Assert.Equal(extra, Encoding.UTF8.GetString(receipt.Extra.Span));
        Assert.Equal(bytes, receipt.ToBytes());
    }

    [Fact]
    public async Task A_receipt_is_written_as_the_specification_has_it()
    {
        var receipt = await ReceiptAsync(3, "pkg"u8.ToArray());

        var text = Encoding.UTF8.GetString(receipt.ToBytes());

        var (hashes, checkpoint) = (string.Join('\n', receipt.Proof.Hashes), Encoding.UTF8.GetString(receipt.Checkpoint.ToBytes().Span));
        Assert.Equal($"c2sp.org/tlog-proof@v1\nextra cGtn\nindex 3\n{hashes}\n\n{checkpoint}", text);
    }

    [Fact]
    public async Task The_receipt_of_an_only_leaf_has_no_hashes()
    {
        var single = TileStore.Of(1);
        var proof = await single.Proofs(1).InclusionAsync(0, TestContext.Current.CancellationToken);

        Assert.True(UnverifiedReceipt.TryParse(new LogReceipt(proof, log.Checkpoint(single.Edge)).ToBytes(), out var receipt));

        Assert.True(receipt.TryVerify(single.Leaves[0], log.Known, [], out _, out _));
    }

    [Fact]
    public async Task Another_leaf_is_not_in_the_log()
    {
        Assert.True(UnverifiedReceipt.TryParse((await ReceiptAsync(3)).ToBytes(), out var receipt));

        Assert.False(receipt.TryVerify(store.Leaves[4], log.Known, [], out _, out var refusal));
        Assert.Equal(LogRefusal.NotIncluded, refusal);
    }

    [Fact]
    public async Task Another_index_is_not_the_leafs()
    {
        var text = Encoding.UTF8.GetString((await ReceiptAsync(3)).ToBytes()).Replace("index 3\n", "index 2\n", StringComparison.Ordinal);
        Assert.True(UnverifiedReceipt.TryParse(Encoding.UTF8.GetBytes(text), out var receipt));

        Assert.False(receipt.TryVerify(store.Leaves[3], log.Known, [], out _, out var refusal));
        Assert.Equal(LogRefusal.NotIncluded, refusal);
    }

    [Fact]
    public async Task A_receipt_is_worth_what_its_checkpoint_is()
    {
        Assert.True(UnverifiedReceipt.TryParse((await ReceiptAsync(3)).ToBytes(), out var receipt));

        Assert.False(receipt.TryVerify(store.Leaves[3], new KnownLog(TestLog.Origin, [new TestLog().EcdsaKey]), [], out _, out var refusal));
        Assert.Equal(LogRefusal.NotSigned, refusal);
        Assert.False(receipt.TryVerify(store.Leaves[3], log.Known with { Origin = "other.example" }, [], out _, out refusal));
        Assert.Equal(LogRefusal.OtherOrigin, refusal);
    }

    [Fact]
    public async Task A_proof_for_another_size_makes_no_receipt()
    {
        var proof = await store.Proofs(299).InclusionAsync(3, TestContext.Current.CancellationToken);

        Assert.Throws<ArgumentOutOfRangeException>(() => new LogReceipt(proof, log.Checkpoint(store.Edge)));
    }

    [Theory]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 3\n\n", true)]
    [InlineData("c2sp.org/tlog-proof@v1\nextra AA==\nindex 3\n\n", true)]
    [InlineData("", false)]
    [InlineData("c2sp.org/tlog-proof@v2\nindex 3\n\n", false)]
    [InlineData("c2sp.org/tlog-proof@v1 \nindex 3\n\n", false)]
    [InlineData("c2sp.org/tlog-proof@v1\n\n", false)]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 3\n", false)]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 03\n\n", false)]
    [InlineData("c2sp.org/tlog-proof@v1\nindex -3\n\n", false)]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 9223372036854775808\n\n", false)]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 3\nextra AA==\n\n", false)]
    [InlineData("c2sp.org/tlog-proof@v1\nextra \nindex 3\n\n", false)]
    [InlineData("c2sp.org/tlog-proof@v1\nextra\nindex 3\n\n", false)]
    [InlineData("c2sp.org/tlog-proof@v1\nextra AB==\nindex 3\n\n", false)]
    [InlineData("c2sp.org/tlog-proof@v1\nextra AA==\nextra AA==\nindex 3\n\n", false)]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 3\nAAAA\n\n", false)]
    [InlineData("c2sp.org/tlog-proof@v1\r\nindex 3\r\n\r\n", false)]
    public void A_receipt_has_one_spelling(string start, bool isReceipt) =>
        Assert.Equal(isReceipt, UnverifiedReceipt.TryParse([.. Encoding.UTF8.GetBytes(start), .. log.Checkpoint(store.Edge).ToBytes().Span], out _));

    [Theory]
    [InlineData(60_000, true)]
    [InlineData(100_000, false)]
    public void What_a_receipt_carries_beside_is_bounded(int characters, bool isReceipt) =>
        Assert.Equal(isReceipt, UnverifiedReceipt.TryParse(
            [
                .. Encoding.UTF8.GetBytes($"c2sp.org/tlog-proof@v1\nextra {new string('A', characters)}\nindex 3\n\n"),
                .. log.Checkpoint(store.Edge).ToBytes().Span,
            ],
            out _));

    private async Task<LogReceipt> ReceiptAsync(int index, byte[]? extra = null) =>
        new(await store.Proofs(300).InclusionAsync(index, TestContext.Current.CancellationToken), log.Checkpoint(store.Edge), extra);
}
