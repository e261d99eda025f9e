using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Publishing;

/// <summary><c>npm trust list</c> and <c>npm trust revoke</c>.</summary>
public sealed class TrustCommandTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Fact]
    public async Task Listed_is_what_was_trusted()
    {
        await World.TrustGithubAsync("@acme/trust-list", "octo-org/trust-list", "--env", "release");
        using var npm = await World.AdministratorAsync();

        var list = (await npm.RunAnywhereAsync("trust", "list", "@acme/trust-list")).ShouldSucceed();

        Assert.Contains("octo-org/trust-list", list.Output, StringComparison.Ordinal);
        Assert.Contains("publish.yml", list.Output, StringComparison.Ordinal);
        Assert.Contains("release", list.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_trust_publishes_nothing_more()
    {
        var run = new JsonObject { ["repository"] = "octo-org/trust-revoke" };
        await World.PublishedOnceAsync("@acme/trust-revoke", run);
        using var npm = await World.AdministratorAsync();
        var policy = JsonNode.Parse((await npm.RunAnywhereAsync("trust", "list", "@acme/trust-revoke", "--json")).ShouldSucceed().Output)!;

        (await npm.RunAnywhereAsync("trust", "revoke", "@acme/trust-revoke", "--id", (string)policy["id"]!)).ShouldSucceed();

        var publish = await World.PublishAsync(new SamplePackage("@acme/trust-revoke", "1.0.1"), Ci.StartGithub(run));
        publish.ShouldBeRefused("no-matching-policy");
        Assert.Equal(["1.0.0"], await World.VersionsAsync("@acme/trust-revoke"));
    }

    [Fact]
    public async Task A_member_who_does_not_own_the_package_may_trust_nobody()
    {
        await World.TrustGithubAsync("@acme/trust-not-mine", "octo-org/trust");
        using var npm = await World.MemberAsync();

        var trust = await npm.RunAnywhereAsync(
            "trust", "github", "@acme/trust-not-mine", "--repo", "mallory/trust", "--file", "publish.yml", "--allow-publish", "--yes");

        Assert.NotEqual(0, trust.ExitCode);
        Assert.Contains("you are not one of its owners", trust.Errors, StringComparison.Ordinal);
    }
}
