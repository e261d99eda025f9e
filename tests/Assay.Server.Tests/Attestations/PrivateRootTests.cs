using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Provenance.Tuf;
using Assay.Server.Audit;
using Assay.Server.Signing;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Transparency;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Attestations;

/// <summary>The private trusted root: issued when something of it changed or its time runs out, and given to operators with what to do.</summary>
public sealed class PrivateRootTests
{
    private const string Mode = "--Assay:Attestations:Mode=PrivateRoot";

    [Theory]
    [InlineData("/-/assay/v1/tuf/root.json")]
    [InlineData("/-/assay/v1/tuf/timestamp.json")]
    [InlineData("/-/assay/v1/private-root.zip")]
    public async Task There_is_none_unless_the_operator_wants_one(string path)
    {
        await using var app = await RegistryApp.StartAsync();

        using var answer = await app.GetAsync(path);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "no-private-root");
    }

    [Fact]
    public async Task The_download_has_the_root_the_trusted_root_and_what_to_do()
    {
        await using var app = await RegistryApp.StartAsync([Mode]);

        using var archive = new ZipArchive(new MemoryStream(await app.BytesAsync("/-/assay/v1/private-root.zip", "")));
        var root = await ReadAsync(archive, "root.json");

        Assert.Equal(["README.md", "root.json", "trusted_root.json"], archive.Entries.Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.Equal(await app.BytesAsync("/-/assay/v1/tuf/root.json", ""), root);
        Assert.True(TufRoot.TryRead(root, out _));
        Assert.Contains($"https://localhost:{app.Url.Port}", Encoding.UTF8.GetString(await ReadAsync(archive, "trusted_root.json")), StringComparison.Ordinal);
        Assert.Contains($"{app.Url}-/assay/v1/tuf/root.json", Encoding.UTF8.GetString(await ReadAsync(archive, "README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_issue_stays_until_something_changes_or_half_of_its_time_is_over()
    {
        await using var app = await RegistryApp.StartAsync([Mode]);

        Assert.Equal(1, await VersionAsync(app, "timestamp.json"));
        app.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal(1, await VersionAsync(app, "timestamp.json"));
        app.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(2, await VersionAsync(app, "timestamp.json"));
        await RotateAsync(app, KeyPurpose.Registry);
        Assert.Equal(3, await VersionAsync(app, "timestamp.json"));
        Assert.Equal(1, await VersionAsync(app, "root.json"));
        using var before = await app.GetAsync("/-/assay/v1/tuf/2.snapshot.json");
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
    }

    [Fact]
    public async Task A_client_that_asks_for_the_next_root_gets_it_as_soon_as_there_is_a_new_key()
    {
        await using var app = await RegistryApp.StartAsync([Mode]);
        Assert.True(TufRoot.TryRead(await app.BytesAsync("/-/assay/v1/tuf/root.json", ""), out var first));
        await RotateAsync(app, KeyPurpose.TufOnline);
        await RotateAsync(app, KeyPurpose.TufRoot);

        Assert.True(TufRoot.TryRead(await app.BytesAsync("/-/assay/v1/tuf/2.root.json", ""), out var second));

        Assert.Equal(2, second.Version);
        Assert.NotEqual(first.OnlineKey.Id, second.OnlineKey.Id);
        Assert.NotEqual(first.RootKey.Id, second.RootKey.Id);
    }

    [Fact]
    public async Task A_file_that_there_never_was_is_not_there()
    {
        await using var app = await RegistryApp.StartAsync([Mode]);

        using var answer = await app.GetAsync("/-/assay/v1/tuf/../keys/x.pem");
        using var other = await app.GetAsync("/-/assay/v1/tuf/9.root.json");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        await other.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "no-such-file");
    }

    private static async Task<int> VersionAsync(RegistryApp app, string file) =>
        (int)JsonNode.Parse(await app.BytesAsync($"/-/assay/v1/tuf/{file}", ""))!["signed"]!["version"]!;

    private static Task<string> RotateAsync(RegistryApp app, string purpose) =>
        app.Services.GetRequiredService<RotateKey>().RunAsync(purpose, new Actor("test", ""), CancellationToken.None);

    private static async Task<byte[]> ReadAsync(ZipArchive archive, string name)
    {
        await using var entry = await archive.GetEntry(name)!.OpenAsync(TestContext.Current.CancellationToken);
        using var bytes = new MemoryStream();
        await entry.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        return bytes.ToArray();
    }
}
