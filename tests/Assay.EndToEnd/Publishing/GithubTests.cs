using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Publishing;

public sealed class GithubTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Theory]
    [InlineData("@acme/first")]
    [InlineData("acme-unscoped")]
    public async Task A_job_publishes_a_new_package_with_no_token_in_any_file_or_variable(string package)
    {
        await World.TrustGithubAsync(package, "octo-org/first");
        var job = Ci.StartGithub(Run("octo-org/first"));

        var publish = await World.PublishAsync(new SamplePackage(package, "1.0.0"), job);

        publish.ShouldSucceed();
        Assert.Contains($"+ {package}@1.0.0", publish.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(job, variable => variable.Key.Contains("NPM", StringComparison.Ordinal));
        Assert.DoesNotContain(job, variable => variable.Value.StartsWith("npm_", StringComparison.Ordinal));
        Assert.Equal(["1.0.0"], await World.VersionsAsync(package));
    }

    [Fact]
    public async Task The_next_run_publishes_the_next_version()
    {
        await World.PublishedOnceAsync("@acme/next", Run("octo-org/next"));

        var publish = await World.PublishAsync(new SamplePackage("@acme/next", "1.0.1"), Ci.StartGithub(Run("octo-org/next")));

        publish.ShouldSucceed();
        Assert.Equal(["1.0.0", "1.0.1"], await World.VersionsAsync("@acme/next"));
    }

    [Theory]
    [InlineData]
    [InlineData("--force")]
    public async Task The_same_version_is_refused_by_npm_itself_and_when_forced_by_the_registry(params string[] options)
    {
        await World.PublishedOnceAsync("@acme/same", Run("octo-org/same"));

        var publish = await World.PublishAsync(new SamplePackage("@acme/same", "1.0.0"), Ci.StartGithub(Run("octo-org/same")), options);

        Assert.NotEqual(0, publish.ExitCode);
        Assert.Contains("You cannot publish over the previously published versions: 1.0.0", publish.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_installs_it_elsewhere_with_a_lockfile_whose_integrity_is_that_of_the_bytes()
    {
        await World.PublishedOnceAsync("@acme/installed", Run("octo-org/installed"));
        using var npm = await World.MemberAsync();
        using var app = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(app.Path, "package.json"), """{"name":"app","private":true}""", TestContext.Current.CancellationToken);

        (await npm.RunAsync(app.Path, "install", "@acme/installed")).ShouldSucceed();

        var locked = await LockedAsync(app, "@acme/installed");
        var bytes = await World.Http.DownloadAsync((string)locked["resolved"]!, World.MemberToken);
        Assert.Equal(SamplePackage.IntegrityOf(bytes), (string?)locked["integrity"]);
        Assert.True(File.Exists(Path.Combine(app.Path, "node_modules", "@acme", "installed", "index.js")));
        (await npm.RunAsync(app.Path, "ci")).ShouldSucceed();
    }

    [Fact]
    public async Task Somebody_who_is_not_signed_in_installs_nothing()
    {
        await World.PublishedOnceAsync("@acme/members-only", Run("octo-org/members-only"));
        using var npm = await World.JobAsync();
        using var app = new TemporaryFolder();

        var install = await npm.RunAsync(app.Path, "install", "@acme/members-only");

        Assert.NotEqual(0, install.ExitCode);
        Assert.False(Directory.Exists(Path.Combine(app.Path, "node_modules", "@acme")));
    }

    private static async Task<JsonNode> LockedAsync(TemporaryFolder app, string package)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(app.Path, "package-lock.json"), TestContext.Current.CancellationToken);

        return JsonNode.Parse(text)!["packages"]![$"node_modules/{package}"]!;
    }

    private static JsonObject Run(string repository) => new() { ["repository"] = repository };
}
