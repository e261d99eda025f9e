using Assay.Cli.Output;
using Assay.Cli.State;

namespace Assay.Core.Tests.Cli;

public sealed class StateFileTests : IDisposable
{
    private const string Registry = "https://npm.acme.example/";

    private readonly TestClient client = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private StateFile File => new(client.StatePath);

    [Fact]
    public async Task What_is_written_is_read_again()
    {
        Assert.Null(await File.ReplaceAsync(Registry, null, Log(5), Stop));

        Assert.Equal(5, File.Find(Registry)?.Head.Size);
        Assert.Null(File.Find("https://other.example/"));
    }

    [Fact]
    public async Task What_another_run_has_written_meanwhile_is_not_overwritten()
    {
        await File.ReplaceAsync(Registry, null, Log(5), Stop);
        await File.ReplaceAsync(Registry, Log(5), Log(9), Stop);

        var current = await File.ReplaceAsync(Registry, Log(5), Log(7), Stop);

        Assert.Equal(9, current?.Head.Size);
        Assert.Equal(9, File.Find(Registry)?.Head.Size);
    }

    [Fact]
    public async Task Of_many_writers_at_once_none_is_lost()
    {
        await Task.WhenAll(Enumerable.Range(0, 12).Select(number => File.ReplaceAsync($"https://r{number}.example/", null, Log(number), Stop)));

        Assert.All(Enumerable.Range(0, 12), number => Assert.Equal(number, File.Find($"https://r{number}.example/")?.Head.Size));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}x")]
    [InlineData("""{"version":2}""")]
    public async Task A_damaged_file_is_neither_believed_nor_replaced(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(client.StatePath)!);
        await System.IO.File.WriteAllTextAsync(client.StatePath, text, Stop);

        Assert.Equal(ExitCode.Usage, Assert.Throws<CommandRefused>(() => File.Find(Registry)).Code);
        await Assert.ThrowsAsync<CommandRefused>(() => File.ReplaceAsync(Registry, null, Log(1), Stop));
        Assert.Equal(text, await System.IO.File.ReadAllTextAsync(client.StatePath, Stop));
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_says_what_to_do()
    {
        var refused = await Assert.ThrowsAsync<CommandRefused>(() => new StateFile("/proc/assay/logs.json").ReplaceAsync(Registry, null, Log(1), Stop));

        Assert.Contains("--state", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => client.Dispose();

    private static RememberedLog Log(long size) => new()
    {
        Origin = "npm.acme.example",
        Keys = [new RememberedKey("key", null, null)],
        Head = new RememberedHead(size, "root"),
        Checkpoint = "note",
    };
}
