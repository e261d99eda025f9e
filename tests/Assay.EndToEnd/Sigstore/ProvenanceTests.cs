using Assay.EndToEnd.Clients;
using Assay.EndToEnd.Harness;
using Assay.EndToEnd.Provenance;
using Assay.Provenance.Sigstore.Roots;
using Assay.Provenance.Tuf;

namespace Assay.EndToEnd.Sigstore;

/// <summary>Stock npm signs in a simulated job, and the registry verifies.</summary>
public sealed class ProvenanceTests(SigstoreWorld shared) : IClassFixture<SigstoreWorld>
{
    private const string Repository = "octo-org/proved";

    [Fact]
    public async Task A_job_publishes_with_provenance()
    {
        await shared.World.TrustGithubAsync("@acme/proved", Repository);
        var before = shared.Sigstore.IssuedCertificates;

        var publish = await PublishAsync("@acme/proved", shared.StartGithub(Repository), "--provenance", "--access", "public");

        publish.ShouldSucceed();
        Assert.Equal(before + 1, shared.Sigstore.IssuedCertificates);
        Assert.Equal(["1.0.0"], await shared.World.VersionsAsync("@acme/proved"));
    }

    [Fact]
    public async Task What_was_accepted_is_served_and_stock_npm_verifies_it()
    {
        await shared.World.TrustGithubAsync("@acme/audited", Repository);
        (await PublishAsync("@acme/audited", shared.StartGithub(Repository), "--provenance", "--access", "public")).ShouldSucceed();
        using var trust = new PrivateTrust();
        using var folder = new TemporaryFolder();
        await using var repository = await StaticHost.StartAsync();
        var contents = trust.Contents(shared.World.Server.Url) with { TrustedRoot = shared.TrustedRoot, RegistryKeys = await RegistryKeysAsync() };
        repository.Serve(TufRepository.Create(contents).Files);
        var root = Path.Combine(folder.Path, "root.json");
        await File.WriteAllBytesAsync(root, trust.FirstRoot.ToBytes().ToArray(), TestContext.Current.CancellationToken);
        using var npm = await PackageManager.ForScopeAsync(PinnedClient.Npm, shared.World.Server.Url, shared.World.MemberToken);
        using var app = App.DependingOn("@acme/audited");
        (await npm.RunAsync(app.Path, "install")).ShouldSucceed();

        var audit = (await npm.RunAsync(app.Path, PrivateTrust.Preload(repository.Url, root), "audit", "signatures")).ShouldSucceed();

        Assert.Contains("1 package has a verified attestation", audit.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@acme/tampered-name", "pkg:npm/%40acme/tampered-name@", "pkg:npm/%40acme/other@", "provenance-of-another")]
    [InlineData("@acme/tampered-digest", "\"sha512\":\"", "\"sha512\":\"00", "provenance-of-another")]
    [InlineData("@acme/tampered-kind", "https://slsa.dev/provenance/v1", "https://example.com/v1", "provenance-not-verified")]
    public async Task What_is_signed_must_be_what_is_published(string package, string from, string to, string code)
    {
        await shared.World.TrustGithubAsync(package, Repository);

        var refused = await PublishAsync(package, shared.StartGithub(Repository, (from, to)), "--provenance", "--access", "public");

        await ShouldBeRefusedAsync(refused, package, code);
        (await PublishAsync(package, shared.StartGithub(Repository), "--provenance", "--access", "public")).ShouldSucceed();
    }

    [Fact]
    public async Task A_certificate_of_another_run_is_refused_and_the_runs_own_goes_through_in_the_same_job()
    {
        await shared.World.TrustGithubAsync("@acme/other-run", Repository);
        var job = shared.StartGithub(Repository);

        shared.Sigstore.Certifying = claims => claims["run_id"] = "4";
        var refused = await PublishAsync("@acme/other-run", job, "--provenance", "--access", "public");
        shared.Sigstore.Certifying = _ => { };

        await ShouldBeRefusedAsync(refused, "@acme/other-run", "provenance-of-another-run");
        Assert.Contains("The certificate's run is not that of the run that publishes", refused.Errors, StringComparison.Ordinal);
        (await PublishAsync("@acme/other-run", job, "--provenance", "--access", "public")).ShouldSucceed();
    }

    [Fact]
    public async Task A_certificate_that_had_expired_is_refused_and_a_new_one_goes_through_in_the_same_job()
    {
        await shared.World.TrustGithubAsync("@acme/expired", Repository);
        var job = shared.StartGithub(Repository);

        shared.Sigstore.CertificateAge = TimeSpan.FromHours(1);
        var refused = await PublishAsync("@acme/expired", job, "--provenance", "--access", "public");
        shared.Sigstore.CertificateAge = TimeSpan.Zero;

        await ShouldBeRefusedAsync(refused, "@acme/expired", "provenance-not-verified");
        (await PublishAsync("@acme/expired", job, "--provenance", "--access", "public")).ShouldSucceed();
    }

    [Fact]
    public async Task Unasked_npm_signs_for_a_package_with_public_reads_alone()
    {
        await PublishedAsync("@acme/seen", "--access", "public");
        await PublishedAsync("@acme/unseen");
        var before = shared.Sigstore.IssuedCertificates;

        (await PublishVersionAsync("@acme/unseen", "1.1.0", shared.StartGithub(Repository))).ShouldSucceed();
        Assert.Equal(before, shared.Sigstore.IssuedCertificates);
        (await PublishVersionAsync("@acme/seen", "1.1.0", shared.StartGithub(Repository))).ShouldSucceed();
        Assert.Equal(before + 1, shared.Sigstore.IssuedCertificates);
    }

    private async Task<IReadOnlyList<RegistryKey>> RegistryKeysAsync()
    {
        var listed = await shared.World.Http.CallAsync(HttpMethod.Get, "/-/npm/v1/keys", null);

        return [.. listed["keys"]!.AsArray().Select(key => new RegistryKey(
            (string)key!["keyid"]!, Convert.FromBase64String((string)key["key"]!), new ValidityWindow(PrivateTrust.Now.AddDays(-1), null)))];
    }

    private async Task PublishedAsync(string package, params string[] options)
    {
        await shared.World.TrustGithubAsync(package, Repository);
        (await PublishAsync(package, shared.StartGithub(Repository), ["--provenance=false", .. options])).ShouldSucceed();
    }

    private async Task ShouldBeRefusedAsync(Finished publish, string package, string code)
    {
        publish.ShouldBeRefused(code);
        Assert.Contains("422 Unprocessable", publish.Errors, StringComparison.Ordinal);
        Assert.Contains("Error verifying sigstore provenance bundle: ", publish.Errors, StringComparison.Ordinal);
        Assert.Empty(await shared.World.VersionsAsync(package));
    }

    private Task<Finished> PublishAsync(string package, Dictionary<string, string> job, params string[] options) =>
        PublishVersionAsync(package, "1.0.0", job, options);

    private Task<Finished> PublishVersionAsync(string package, string version, Dictionary<string, string> job, params string[] options) =>
        shared.World.PublishAsync(SigstoreWorld.Package(package, version, Repository), job, options);
}
