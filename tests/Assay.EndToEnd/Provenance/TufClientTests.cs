using System.Text;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;
using Assay.Provenance.Tuf;

namespace Assay.EndToEnd.Provenance;

/// <summary>The repository, read by the TUF client that is inside npm.</summary>
public sealed class TufClientTests : IAsyncLifetime
{
    private static readonly Uri Registry = new("http://registry.example:8443/npm/");

    private readonly PrivateTrust trust = new();
    private readonly TemporaryFolder folder = new();
    private StaticHost host = null!;

    private string RootFile => Path.Combine(folder.Path, "root.json");

    private TufContents Contents => trust.Contents(Registry);

    public async ValueTask InitializeAsync()
    {
        host = await StaticHost.StartAsync();
        await File.WriteAllBytesAsync(RootFile, trust.FirstRoot.ToBytes().ToArray(), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task It_gets_both_targets(int npm)
    {
        var files = Serve(Contents);

        var found = JsonNode.Parse((await ReadAsync(npm)).ShouldSucceed().Output)!;

        Assert.Equal(Target(files, ".trusted_root.json"), (string?)found["targets"]!["trusted_root.json"]);
        Assert.Equal(Target(files, ".keys.json"), (string?)found["targets"]!["registry.example:8443/npm/keys.json"]);
        Assert.Equal(
            ["https://rekor.sigstore.dev", "https://log2025-1.rekor.sigstore.dev", $"https://{PrivateLog.Origin}"],
            found["logs"]!.AsArray().Select(log => (string)log!));
    }

    [Fact]
    public async Task It_follows_the_root_to_new_keys()
    {
        var (secondRoot, thirdOnline) = (trust.NewSigner(), trust.NewSigner());
        var second = trust.FirstRoot.Next(trust.Root, secondRoot, trust.Online.Key, PrivateTrust.Now.AddYears(11));
        var third = second.Next(secondRoot, secondRoot, thirdOnline.Key, PrivateTrust.Now.AddYears(12));
        Serve(Contents);
        (await ReadAsync()).ShouldSucceed();

        Serve(Contents with { Roots = [trust.FirstRoot, second, third], Online = thirdOnline, Issue = Contents.Issue with { Version = 2 } });

        (await ReadAsync()).ShouldSucceed();
        var cached = Directory.EnumerateFiles(Path.Combine(folder.Path, "cache"), "root.json", SearchOption.AllDirectories).Single();
        Assert.Equal(
            Encoding.UTF8.GetString(third.ToBytes().Span), await File.ReadAllTextAsync(cached, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task It_begins_at_any_root_on_the_way()
    {
        var second = trust.FirstRoot.Next(trust.Root, trust.NewSigner(), trust.Online.Key, PrivateTrust.Now.AddYears(11));
        await File.WriteAllBytesAsync(RootFile, second.ToBytes().ToArray(), TestContext.Current.CancellationToken);

        Serve(Contents with { Roots = [trust.FirstRoot, second] });

        (await ReadAsync()).ShouldSucceed();
    }

    [Fact]
    public async Task It_takes_the_next_issue()
    {
        Serve(Contents);
        (await ReadAsync()).ShouldSucceed();
        using var newLog = new PrivateLog();

        var files = Serve(Contents with { Issue = Contents.Issue with { Version = 2 }, LogKeys = [newLog.Key(PrivateTrust.Now)] });

        var found = JsonNode.Parse((await ReadAsync()).ShouldSucceed().Output)!;
        Assert.Equal(Target(files, ".trusted_root.json"), (string?)found["targets"]!["trusted_root.json"]);
    }

    [Fact]
    public async Task It_refuses_an_issue_that_has_ended()
    {
        Serve(Contents with { Issue = new TufIssue(1, PrivateTrust.Now.AddSeconds(-1)) });

        await ShouldRefuseAsync("expired");
    }

    [Fact]
    public async Task It_refuses_a_root_that_has_ended()
    {
        var ended = TufRoot.First(trust.Root, trust.Online.Key, PrivateTrust.Now.AddSeconds(-1));
        await File.WriteAllBytesAsync(RootFile, ended.ToBytes().ToArray(), TestContext.Current.CancellationToken);

        Serve(Contents with { Roots = [ended] });

        await ShouldRefuseAsync("expired");
    }

    [Fact]
    public async Task It_refuses_an_issue_before_the_one_it_knows()
    {
        Serve(trust.Contents(Registry, version: 3));
        (await ReadAsync()).ShouldSucceed();

        Serve(trust.Contents(Registry, version: 2));

        await ShouldRefuseAsync("is less than current version");
    }

    [Theory]
    [InlineData("timestamp.json")]
    [InlineData("1.snapshot.json")]
    [InlineData("1.targets.json")]
    public async Task It_refuses_what_another_key_signed(string path)
    {
        Serve(Contents);
        using var stranger = new PrivateTrust();
        host.Serve(path, TufRepository.Create(stranger.Contents(Registry)).Files[path]);

        await ShouldRefuseAsync("was signed by 0/1 keys");
    }

    [Fact]
    public async Task It_refuses_a_root_that_the_old_key_did_not_sign()
    {
        Serve(Contents);
        using var stranger = new PrivateTrust();
        var next = stranger.FirstRoot.Next(stranger.Root, stranger.Root, trust.Online.Key, PrivateTrust.Now.AddYears(11));
        host.Serve("2.root.json", next.ToBytes());

        await ShouldRefuseAsync("root was signed by 0/1 keys");
    }

    [Fact]
    public async Task It_refuses_a_changed_target()
    {
        var (path, bytes) = Serve(Contents).Single(file => file.Key.EndsWith(".keys.json", StringComparison.Ordinal));
        host.Serve(path, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes.Span).Replace("SHA256:", "SHA256;", StringComparison.Ordinal)));

        await ShouldRefuseAsync("hash");
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        trust.Dispose();
        folder.Dispose();
    }

    private IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Serve(TufContents contents)
    {
        var files = TufRepository.Create(contents).Files;
        host.Serve(files);

        return files;
    }

    private async Task<Finished> ReadAsync(int npm = 11)
    {
        var command = await (npm == 11 ? PinnedClient.Npm : PinnedClient.Npm12).InstalledAsync();
        var modules = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(command[^1])!, "..", "node_modules"));
        var script = Path.Combine(Checkout.Root, "tests", "Assay.EndToEnd", "Provenance", "tuf-client.cjs");
        string[] targets = ["trusted_root.json", "registry.example:8443/npm/keys.json"];

        return await Command.RunAsync(
            command[0], [script, modules, host.Url.ToString().TrimEnd('/'), RootFile, folder.Sub("cache"), .. targets], folder.Path);
    }

    private async Task ShouldRefuseAsync(string reason)
    {
        var finished = await ReadAsync();

        Assert.NotEqual(0, finished.ExitCode);
        Assert.Contains(reason, finished.Errors, StringComparison.OrdinalIgnoreCase);
    }

    private static string Target(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, string ending) =>
        Encoding.UTF8.GetString(files.Single(file => file.Key.EndsWith(ending, StringComparison.Ordinal)).Value.Span);
}
