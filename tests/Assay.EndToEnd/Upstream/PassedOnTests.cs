using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Clients;
using Assay.EndToEnd.Harness;
using Assay.EndToEnd.Provenance;
using Assay.Npm;
using Assay.Provenance.Keys;

namespace Assay.EndToEnd.Upstream;

/// <summary>What another registry signed, installed through this one beside what is its own: verified by stock clients and by <c>assay</c>.</summary>
public sealed class PassedOnTests : IAsyncLifetime
{
    private const string Own = "@acme/own";
    private const string Passed = "@elsewhere/signed";
    private const string Answer = "elsewhere.json";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] tarball = new SamplePackage(Passed, "1.0.0").ToTarball();
    private StaticHost elsewhere = null!;
    private World world = null!;

    public async ValueTask InitializeAsync()
    {
        elsewhere = await StaticHost.StartAsync();
        elsewhere.Serve("-/npm/v1/keys", Utf8(Keys()));
        elsewhere.Serve("@elsewhere/signed/-/signed-1.0.0.tgz", tarball);
        Serve(Signature("1.0.0"));
        world = await World.StartAsync($"--Assay:Upstream:Registries:npm:Url={elsewhere.Url}", "--Assay:Upstream:FreshSeconds=0");
        (await world.Server.AdminAsync(input: null, "name", "own", "@acme")).ShouldSucceed();
        await world.PublishedByMemberAsync(Own, "1.0.0");
    }

    [Fact]
    public async Task Assay_verifies_a_lock_file_of_npm_and_finds_what_was_changed()
    {
        using var npm = await ClientAsync(PinnedClient.Npm);
        using var app = await InstalledAsync(npm);
        using var client = new AssayClient(world);
        client.Write("package-lock.json", app.Read("package-lock.json"));
        client.Write(Answer, Keys());

        var json = JsonNode.Parse((await client.RunAsync("verify", "package-lock.json", "--upstream-keys", Answer, "--ours", "@acme/*", "--json")).ShouldSucceed().Output)!;
        var unknown = await client.RunAsync("verify", "package-lock.json");
        var ours = await client.RunAsync("verify", "package-lock.json", "--upstream-keys", Answer, "--ours", "*");
        Serve(Signature("1.0.1"));
        var changed = await client.RunAsync("verify", "package-lock.json", "--upstream-keys", Answer);

        Assert.Equal(1, (int)json["passedOn"]!);
        Assert.Equal([(Own, null), (Passed, elsewhere.Url.AbsoluteUri)], json["packages"]!.AsArray()
            .Select(package => ((string)package!["name"]!, (string?)package["passedOnFrom"])).OrderBy(package => package.Item1, StringComparer.Ordinal));
        ShouldRefute(unknown, "by this registry's word alone");
        ShouldRefute(ours, "it is to be this registry's own");
        ShouldRefute(changed, "is not of this name, version and integrity");
    }

    // The root that npm is given is of yet another registry, so that it asks this one for its keys.
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Npm_verifies_both_with_the_keys_that_the_registry_lists(int version)
    {
        await using var another = await World.StartAsync("--Assay:Attestations:Mode=PrivateRoot");
        using var folder = new TemporaryFolder();
        var root = Path.Combine(folder.Path, "root.json");
        var repository = new Uri(another.Server.Url, "-/assay/v1/tuf");
        await File.WriteAllBytesAsync(root, await another.Http.DownloadAsync($"{repository}/root.json", another.MemberToken), TestContext.Current.CancellationToken);
        using var npm = await ClientAsync(version == 11 ? PinnedClient.Npm : PinnedClient.Npm12);
        using var app = await InstalledAsync(npm);

        var audit = (await npm.RunAsync(app.Path, PrivateTrust.Preload(repository, root), "audit", "signatures")).ShouldSucceed();

        Assert.Contains("2 packages have verified registry signatures", audit.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pnpm_verifies_both_with_the_keys_that_the_registry_lists()
    {
        using var pnpm = await ClientAsync(PinnedClient.Pnpm);
        using var app = await InstalledAsync(pnpm);

        (await pnpm.RunAsync(app.Path, "audit", "signatures")).ShouldSucceed();
        Assert.Equal([null, elsewhere.Url.AbsoluteUri],
            (await world.Http.CallAsync(HttpMethod.Get, "/-/npm/v1/keys", null))["keys"]!.AsArray().Select(listed => (string?)listed!["registry"]));
    }

    public async ValueTask DisposeAsync()
    {
        await world.DisposeAsync();
        await elsewhere.DisposeAsync();
        key.Dispose();
    }

    private Task<PackageManager> ClientAsync(PinnedClient client) =>
        PackageManager.CreateAsync(client, $"registry={world.Server.Url}", PackageManager.TokenLine(world.Server.Url, world.MemberToken));

    private static async Task<App> InstalledAsync(PackageManager client)
    {
        var app = App.DependingOn(Own);
        app.Write("package.json", $$"""{"name":"app","version":"1.0.0","dependencies":{"{{Own}}":"1.0.0","{{Passed}}":"1.0.0"} }""");
        (await client.RunAsync(app.Path, "install")).ShouldSucceed();
        return app;
    }

    private static void ShouldRefute(Finished verified, string text)
    {
        Assert.True(verified.ExitCode == 1, $"{verified.ExitCode}: {verified.Printed}");
        Assert.Contains(text, verified.Printed, StringComparison.Ordinal);
    }

    private Integrity Digest => Integrity.FromSha512(SHA512.HashData(tarball));

    private string Signature(string version)
    {
        Assert.True(PackageName.TryParse(Passed, out var name));
        return Convert.ToBase64String(key.SignData(VersionSignature.Message(name, version, Digest), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    private void Serve(string signature) => elsewhere.Serve(Passed, Utf8($$$"""
        {"name":"{{{Passed}}}","dist-tags":{"latest":"1.0.0"},"time":{"1.0.0":"2026-01-01T00:00:00.000Z"},"versions":{"1.0.0":{"name":"{{{Passed}}}","version":"1.0.0","dist":
        {"tarball":"{{{elsewhere.Url}}}@elsewhere/signed/-/signed-1.0.0.tgz","integrity":"{{{Digest}}}","signatures":[{"keyid":"{{{KeyId.Of(key)}}}","sig":"{{{signature}}}"}]} } } }
        """));

    private string Keys() => $$"""
        {"keys":[{"expires":null,"keyid":"{{KeyId.Of(key)}}","keytype":"ecdsa-sha2-nistp256","scheme":"ecdsa-sha2-nistp256","key":"{{Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())}}"}]}
        """;

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
