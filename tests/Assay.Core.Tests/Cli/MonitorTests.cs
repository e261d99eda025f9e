using System.Text;
using System.Text.Json.Nodes;
using Assay.Cli.Output;
using Assay.Provenance.Log;
using LogKeys = Assay.Core.Tests.Provenance.Log.TestLog;

namespace Assay.Core.Tests.Cli;

public sealed class MonitorTests : IDisposable
{
    private readonly TestRegistry registry = new();
    private readonly TestClient client = new();

    public MonitorTests() => Grow(300);

    [Fact]
    public async Task The_first_time_everything_is_read_and_the_keys_are_shown()
    {
        var run = await MonitorAsync();

        run.ShouldBeGood();
        Assert.Contains("Read leaves 0 to 300: 300 tag", run.Output, StringComparison.Ordinal);
        Assert.Contains($"{registry.Log.EcdsaKey}", run.Output, StringComparison.Ordinal);
        Assert.Contains($"{registry.Log.Ed25519Key}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Later_only_what_is_new_is_read_unless_all_is_asked_for()
    {
        await MonitorAsync();
        Grow(300);

        var (next, full) = (await MonitorAsync(), await MonitorAsync("--full"));

        Assert.Contains("Read leaves 300 to 600", next.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("first time", next.Output, StringComparison.Ordinal);
        Assert.Contains("Read leaves 0 to 600", full.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_verify_has_seen_still_counts_as_unread()
    {
        registry.Publish("@acme/x", "1.0.0");
        (await client.RunAsync("verify", "@acme/x", "--registry", registry.Url)).ShouldBeGood();

        Assert.Contains("Read leaves 0 to 301", (await MonitorAsync()).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tile/0/000", "tile/0/000")]
    [InlineData("tile/0/001.p/44", "tile/0/001.p/44")]
    [InlineData("tile/1/000.p/1", "tile/1/000.p/1")]
    [InlineData("tile/entries/000", "leaf ")]
    [InlineData("tile/entries/001.p/44", "leaf ")]
    [InlineData("checkpoint", "checkpoint")]
    public async Task Any_flipped_byte_is_found_and_its_place_is_said(string path, string said)
    {
        (await MonitorAsync()).ShouldBeGood();

        foreach (var place in new[] { 0, 1, 40, 77, 200, 1000, 1407, 8191 })
        {
            registry.Flip($"-/assay/v1/log/{path}", place);
            // A flipped length makes the whole bundle unreadable.
            var run = await MonitorAsync("--full");
            Assert.True(run.Code is ExitCode.Refuted, $"{path} {place}: {run.Output}{run.Error}");
            Assert.True((run.Output + run.Error).Contains(said, StringComparison.Ordinal) || run.Error.Contains(path, StringComparison.Ordinal), run.Output + run.Error);
        }
    }

    [Fact]
    public async Task A_changed_tile_is_told_from_a_changed_leaf()
    {
        registry.Flip("-/assay/v1/log/tile/0/000", 32 * 17);
        (await MonitorAsync()).ShouldRefute("tile/0/000 has another hash than follows from leaf 17; the leaves lead to the signed root, so the tile was changed");

        registry.Tamper = (path, body) => path == "-/assay/v1/log/tile/entries/000" ? With(body, 17, """{"kind":"tag","commitment":"00"}""") : body;
        var run = await MonitorAsync();
        run.ShouldRefute("leaf 17 is neither a commitment nor a signed statement");
        run.ShouldRefute("leaf 17 does not have the hash that is in tile/0/000; the tiles lead to the signed root, so the leaf was changed");
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("""{"kind":"publish","commitment":"0000000000000000000000000000000000000000000000000000000000000000","package":"@acme/x"}""")]
    [InlineData("""{"kind":"dsse","apiVersion":"0.0.1","spec":{"payload":"readable"}}""")]
    public async Task A_leaf_that_says_something_is_reported_even_if_the_log_signed_it(string leaf)
    {
        registry.Rewrite(leaves => [.. leaves, Encoding.UTF8.GetBytes(leaf)]);

        (await MonitorAsync()).ShouldRefute("leaf 300 is neither a commitment nor a signed statement");
    }

    [Fact]
    public async Task Leaves_that_are_wrong_are_not_remembered_as_read()
    {
        registry.Flip("-/assay/v1/log/tile/0/000", 5);
        await MonitorAsync();
        registry.Tamper = (_, body) => body;

        Assert.Contains("Read leaves 0 to 300", (await MonitorAsync()).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_has_shrunk_is_refuted_and_the_memory_is_kept()
    {
        await MonitorAsync();
        var memory = await MemoryAsync();
        registry.Rewrite(leaves => leaves.Take(299));

        var run = await MonitorAsync();

        run.ShouldRefute("The log has shrunk: 299 leaves now, 300 before");
        Assert.Contains("— registry.example ", run.Error, StringComparison.Ordinal);
        Assert.Equal(memory, await MemoryAsync());
    }

    [Fact]
    public async Task Another_root_at_one_size_is_refuted()
    {
        await MonitorAsync();
        registry.Rewrite(leaves => leaves.AsEnumerable().Reverse());

        (await MonitorAsync()).ShouldRefute("The log shows two trees of 300 leaves");
    }

    [Fact]
    public async Task A_longer_log_with_another_past_is_refuted()
    {
        await MonitorAsync();
        var memory = await MemoryAsync();
        registry.Rewrite(leaves => [.. leaves.Skip(1), .. leaves]);

        (await MonitorAsync()).ShouldRefute("does not begin with the 300 leaves it had before");
        Assert.Equal(memory, await MemoryAsync());
    }

    [Fact]
    public async Task Other_keys_are_refuted_until_somebody_gives_them()
    {
        await MonitorAsync();
        var before = registry.Log;
        registry.Log = new LogKeys();

        (await MonitorAsync()).ShouldRefute("The log's keys have changed");
        (await MonitorAsync("--log-key", $"{before.EcdsaKey}")).ShouldRefute("not signed as it must be");
        (await MonitorAsync("--log-key", $"{registry.Log.EcdsaKey}", "--log-key", $"{registry.Log.Ed25519Key}")).ShouldBeGood();
        (await MonitorAsync()).ShouldBeGood();
    }

    [Fact]
    public async Task Keys_that_are_given_count_from_the_first_time()
    {
        var other = new LogKeys();

        (await MonitorAsync("--log-key", $"{other.EcdsaKey}")).ShouldRefute("not signed as it must be");
        Assert.False(File.Exists(client.StatePath));
    }

    [Fact]
    public async Task A_checkpoint_with_the_signature_of_one_key_alone_is_refuted()
    {
        registry.Tamper = (path, body) => path == "-/assay/v1/log/checkpoint"
            ? Encoding.UTF8.GetBytes(string.Concat(Encoding.UTF8.GetString(body).Split('\n').Where((_, line) => line != 5).Select(line => line + "\n"))[..^1])
            : body;

        (await MonitorAsync()).ShouldRefute("lacks the signature of one of the log's keys");
    }

    [Fact]
    public async Task A_key_that_is_retired_signs_nothing_new()
    {
        registry.Change("-/assay/v1/log", json =>
        {
            json["keys"]![0]!["until"] = "2026-11-24T11:59:59Z";
            json["keys"]![1]!["until"] = "2026-11-24T11:59:59Z";
        });

        (await MonitorAsync()).ShouldRefute("not signed as it must be");
    }

    [Fact]
    public async Task Another_origin_is_refuted()
    {
        await MonitorAsync();
        registry.Origin = "other.example";

        (await MonitorAsync()).ShouldRefute("The log calls itself other.example now, and registry.example before");
    }

    [Fact]
    public async Task A_log_may_drop_partial_tiles_when_the_full_ones_are_there()
    {
        await MonitorAsync();
        var old = registry.Tamper;
        Grow(300);
        registry.Tamper = (path, body) => path.Contains(".p/44", StringComparison.Ordinal) ? null : old(path, body);

        (await MonitorAsync()).ShouldBeGood();
    }

    [Fact]
    public async Task A_missing_tile_is_refuted()
    {
        registry.Hide("-/assay/v1/log/tile/0/000");

        (await MonitorAsync()).ShouldRefute("tile/0/000 is missing");
    }

    [Fact]
    public async Task Two_runs_at_once_both_succeed_and_the_longer_log_is_remembered()
    {
        await MonitorAsync();
        Grow(10);

        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => MonitorAsync()));

        Assert.All(runs, run => run.ShouldBeGood());
        Assert.Equal(310, (long)JsonNode.Parse(await MemoryAsync())!["logs"]![registry.Url]!["head"]!["size"]!);
    }

    [Fact]
    public async Task An_empty_log_is_a_log()
    {
        registry.Rewrite(_ => []);

        (await MonitorAsync()).ShouldBeGood();
        (await MonitorAsync()).ShouldBeGood();
    }

    [Fact]
    public async Task A_leaf_is_shown_with_its_receipt_and_what_it_commits_to()
    {
        registry.Publish("@acme/x", "1.0.0");

        var run = await client.RunAsync("log", "show", "300", "--package", "@acme/x", "--registry", registry.Url);

        run.ShouldBeGood();
        Assert.StartsWith("c2sp.org/tlog-proof@v1\nindex 300\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("commits to: {\"kind\":\"publish\"", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_of_another_leaf_is_refuted()
    {
        registry.Interrupt = path => path == "-/assay/v1/log/proof/3" ? (302, "/-/assay/v1/log/proof/4") : null;

        (await client.RunAsync("log", "show", "3", "--registry", registry.Url)).ShouldRefute("does not prove");
        Assert.Equal(ExitCode.NotAsked, (await client.RunAsync("log", "show", "300", "--registry", registry.Url)).Code);
    }

    public void Dispose()
    {
        registry.Dispose();
        client.Dispose();
    }

    private void Grow(int count)
    {
        for (var number = 0; number < count; number++)
        {
            registry.LogEvent("@acme/y", $"{registry.Size}.0.0", "tag");
        }
    }

    private Task<Run> MonitorAsync(params string[] options) => client.RunAsync(["log", "monitor", .. options, "--registry", registry.Url]);

    private Task<string> MemoryAsync() => File.ReadAllTextAsync(client.StatePath, TestContext.Current.CancellationToken);

    private static byte[] With(byte[] bundle, int place, string leaf)
    {
        Assert.True(EntryBundle.TryRead(bundle, TilePath.FullWidth, out var leaves));
        return EntryBundle.Write([.. leaves.Select((old, index) => index == place ? Encoding.UTF8.GetBytes(leaf) : old)]);
    }
}
