using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.People;

/// <summary><c>npm token</c>, and what an access token is good for.</summary>
public sealed class TokenTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Fact]
    public async Task A_created_token_is_shown_once_and_listed_without_its_secret()
    {
        using var npm = await World.MemberAsync();

        var token = await CreateAsync(npm, "listed");
        var list = (await npm.RunAnywhereAsync("token", "list")).ShouldSucceed();

        Assert.True(await World.Http.KnowsAsync(token));
        Assert.Contains("name listed", list.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(token, list.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_revoked_by_its_id_is_of_no_use_any_more()
    {
        using var npm = await World.MemberAsync();
        var token = await CreateAsync(npm, "revoked");
        var list = JsonNode.Parse((await npm.RunAnywhereAsync("token", "list", "--json")).ShouldSucceed().Output)!.AsArray();
        var id = (string)list.Single(item => (string?)item!["name"] == "revoked")!["key"]!;

        (await npm.RunAnywhereAsync("token", "revoke", id)).ShouldSucceed();

        Assert.False(await World.Http.KnowsAsync(token));
    }

    [Fact]
    public async Task A_token_with_no_permission_named_only_reads()
    {
        using var member = await World.MemberAsync();
        await World.PublishedByMemberAsync("@acme/token-read", "1.0.0");
        using var npm = await PackageManager.NpmAsync(World.Server.Url, await CreateAsync(member, "reads"));

        var view = await npm.RunAnywhereAsync("view", "@acme/token-read", "version");
        var publish = await PublishAsync(npm, new SamplePackage("@acme/token-read", "1.0.1"));

        Assert.Equal("1.0.0", view.ShouldSucceed().Output.Trim());
        Assert.NotEqual(0, publish.ExitCode);
        Assert.Contains("This access token may only read.", publish.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@acme/token-write")]
    [InlineData("acme-token-write")]
    public async Task A_token_that_may_write_publishes(string package)
    {
        using var member = await World.MemberAsync();
        var token = await CreateAsync(member, package.Replace('/', '-'), "--packages-all", "--packages-and-scopes-permission", "read-write");
        using var npm = await PackageManager.NpmAsync(World.Server.Url, token);

        (await PublishAsync(npm, new SamplePackage(package, "1.0.0"))).ShouldSucceed();

        Assert.Equal(["1.0.0"], await World.VersionsAsync(package));
    }

    [Fact]
    public async Task A_restriction_that_would_not_be_kept_is_refused()
    {
        using var npm = await World.MemberAsync();

        var create = await npm.RunAnywhereAsync(Create("restricted", "--scopes", "@acme"));

        Assert.NotEqual(0, create.ExitCode);
        Assert.Contains("cannot restrict tokens by 'scopes'", create.Errors, StringComparison.Ordinal);
    }

    private static async Task<string> CreateAsync(PackageManager npm, string name, params string[] options)
    {
        var create = (await npm.RunAnywhereAsync(Create(name, options))).ShouldSucceed();

        return Regex.Match(create.Output, @"Created token (npm_\w+)").Groups[1].Value;
    }

    private static string[] Create(string name, params string[] options) =>
        ["token", "create", "--name", name, "--password", World.PasswordOf(World.Member), .. options];

    private static async Task<Finished> PublishAsync(PackageManager npm, SamplePackage package)
    {
        using var checkout = new TemporaryFolder();
        package.WriteTo(checkout.Path);

        return await npm.RunAsync(checkout.Path, "publish");
    }
}
