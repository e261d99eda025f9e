namespace Assay.EndToEnd.Log;

/// <summary>The log, read by software that was written before it and knows nothing of it.</summary>
public sealed class GoOracleTests(WrittenLog log) : IClassFixture<WrittenLog>
{
    [Fact]
    public async Task Go_reads_the_log_and_proves_what_the_log_proves()
    {
        var finished = (await log.CheckAsync()).ShouldSucceed();

        Assert.Equal(
            $"{WrittenLog.Size} leaves, {WrittenLog.Size} inclusion proofs, {WrittenLog.OlderSizes.Count} consistency proofs\n", finished.Output);
    }

    [Theory]
    [InlineData("tile/0/000")]
    [InlineData("tile/0/038")]
    [InlineData("tile/0/039.p/16")]
    [InlineData("tile/1/000.p/39")]
    [InlineData("tile/entries/005")]
    [InlineData("tile/entries/039.p/16")]
    [InlineData("checkpoint")]
    [InlineData("proofs/inclusion")]
    [InlineData("proofs/consistency")]
    public async Task One_flipped_bit_is_found(string path)
    {
        var file = Path.Combine(log.Path, path);
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(file, [.. bytes[..40], (byte)(bytes[40] ^ 1), .. bytes[41..]], TestContext.Current.CancellationToken);

        try
        {
            Assert.NotEqual(0, (await log.CheckAsync()).ExitCode);
        }
        finally
        {
            await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        }
    }
}
