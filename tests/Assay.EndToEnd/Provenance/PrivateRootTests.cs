using System.Text;
using Assay.EndToEnd.Clients;
using Assay.EndToEnd.Harness;
using Assay.Provenance.Tuf;

namespace Assay.EndToEnd.Provenance;

/// <summary>
/// Stock <c>npm audit signatures</c> against a registry of files, with a private root: what a registry must serve for it, before any server does.
/// </summary>
public sealed class PrivateRootTests : IAsyncLifetime
{
    private readonly PrivateTrust trust = new();
    private readonly TemporaryFolder folder = new();
    private StaticHost registry = null!;
    private StaticHost repository = null!;

    public async ValueTask InitializeAsync()
    {
        registry = await StaticHost.StartAsync();
        repository = await StaticHost.StartAsync();
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Npm_verifies_a_statement_that_is_in_the_registrys_log(int npm)
    {
        repository.Serve(TufRepository.Create(trust.Contents(registry.Url)).Files);

        var audit = (await AuditAsync(npm, trust.Package())).ShouldSucceed();

        Assert.Contains("1 package has a verified registry signature", audit.Output, StringComparison.Ordinal);
        Assert.Contains("1 package has a verified attestation", audit.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Npm_takes_the_keys_from_the_repository_and_not_from_the_registry(int npm)
    {
        repository.Serve(TufRepository.Create(trust.Contents(registry.Url)).Files);

        var audit = await AuditAsync(npm, trust.Package());

        Assert.DoesNotContain("-/npm/v1/keys", registry.Asked);
        Assert.DoesNotContain("Fetching verification keys using TUF failed", audit.Printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Npm_refuses_a_statement_in_a_log_that_is_not_in_the_root(int npm)
    {
        repository.Serve(TufRepository.Create(trust.Contents(registry.Url)).Files);
        using var stranger = new PrivateLog();

        var audit = await AuditAsync(npm, trust.Package() with { Log = stranger });

        Assert.Equal(1, audit.ExitCode);
        Assert.Contains("1 package has an invalid attestation", audit.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Npm_believes_a_rotated_key_of_the_log_for_what_it_signed_in_its_time()
    {
        using var successor = new PrivateLog();
        var (since, until) = (PrivateTrust.Now.AddDays(-2), PrivateTrust.Now.AddHours(-1));
        var contents = trust.Contents(registry.Url) with { LogKeys = [trust.Log.Key(since, until), successor.Key(until)] };
        repository.Serve(TufRepository.Create(contents).Files);

        (await AuditAsync(11, trust.Package())).ShouldSucceed();
        var late = await AuditAsync(11, trust.Package() with { PublishedAt = PrivateTrust.Now });

        Assert.Contains("1 package has an invalid attestation", late.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Npm_verifies_when_its_network_leads_the_public_host_to_the_registry(int npm)
    {
        using var client = await NpmAsync(npm);
        Write(Path.Combine(client.Home, ".npm", "_tuf", ConnectProxy.Repository, "root.json"), trust.FirstRoot.ToBytes());

        var audit = (await AuditByProxyAsync(client)).ShouldSucceed();

        Assert.Contains("1 package has a verified attestation", audit.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Npm_refuses_what_its_network_brings_when_the_root_was_not_put_there(int npm)
    {
        using var client = await NpmAsync(npm);

        Assert.NotEqual(0, (await AuditByProxyAsync(client)).ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        await repository.DisposeAsync();
        await registry.DisposeAsync();
        trust.Dispose();
        folder.Dispose();
    }

    private async Task<Finished> AuditAsync(int npm, AttestedPackage package)
    {
        using var client = await NpmAsync(npm);
        var root = Write(Path.Combine(folder.Path, "root.json"), trust.FirstRoot.ToBytes());

        return await AuditAsync(client, package, PrivateTrust.Preload(repository.Url, root));
    }

    private async Task<Finished> AuditAsync(PackageManager client, AttestedPackage package, Dictionary<string, string> environment)
    {
        package.ServeFrom(registry);
        using var app = App.DependingOn(AttestedPackage.Name);
        (await client.RunAsync(app.Path, "install")).ShouldSucceed();

        return await client.RunAsync(app.Path, environment, "audit", "signatures");
    }

    private async Task<Finished> AuditByProxyAsync(PackageManager client)
    {
        using var authority = new PrivateAuthority();
        await using var secured = await StaticHost.StartAsync(authority.Issue(ConnectProxy.Repository));
        await using var proxy = ConnectProxy.To(secured.Url);
        secured.Serve(TufRepository.Create(trust.Contents(registry.Url)).Files);

        var audit = await AuditAsync(client, trust.Package(), new Dictionary<string, string>
        {
            ["HTTPS_PROXY"] = $"{proxy.Url}",
            ["NO_PROXY"] = "localhost",
            // npm 12 asks by Node's own fetch, which looks at proxies only when it is told to.
            ["NODE_USE_ENV_PROXY"] = "1",
            ["NODE_EXTRA_CA_CERTS"] = Write(Path.Combine(folder.Path, "ca.pem"), Encoding.ASCII.GetBytes(authority.Pem)),
        });
        Assert.Equal([$"{ConnectProxy.Repository}:443"], proxy.Asked.Distinct());
        Assert.NotEmpty(secured.Asked);

        return audit;
    }

    private Task<PackageManager> NpmAsync(int npm) =>
        PackageManager.CreateAsync(npm == 11 ? PinnedClient.Npm : PinnedClient.Npm12, $"registry={registry.Url}");

    private static string Write(string file, ReadOnlyMemory<byte> bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes.ToArray());

        return file;
    }
}
