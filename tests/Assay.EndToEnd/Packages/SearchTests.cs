using System.Text.Json.Nodes;
using Assay.EndToEnd.Clients;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Packages;

/// <summary>What the clients' own search commands find.</summary>
public sealed class SearchTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Fact]
    public async Task Npm_finds_what_a_member_published_and_shows_it()
    {
        await World.PublishedByMemberAsync("@acme/sought-by-npm", "1.0.0", "1.1.0");
        using var npm = await World.MemberAsync();

        var json = (await npm.RunAnywhereAsync("search", "sought-by-npm", "--json")).ShouldSucceed();
        var table = (await npm.RunAnywhereAsync("search", "sought-by-npm")).ShouldSucceed();
        var nothing = (await npm.RunAnywhereAsync("search", "sought-by-nobody-at-all")).ShouldSucceed();

        var found = Assert.Single(JsonNode.Parse(json.Output)!.AsArray())!;
        Assert.Equal(("@acme/sought-by-npm", "1.1.0"), ((string?)found["name"], (string?)found["version"]));
        Assert.NotEmpty(found["maintainers"]!.AsArray());
        Assert.Contains("@acme/sought-by-npm", table.Output, StringComparison.Ordinal);
        Assert.Contains("No matches found", nothing.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pnpm_finds_it_too()
    {
        await World.PublishedByMemberAsync("@acme/sought-by-pnpm", "1.0.0");
        using var pnpm = await PackageManager.ForScopeAsync(PinnedClient.Pnpm, World.Server.Url, World.MemberToken);
        using var app = App.DependingOn("@acme/sought-by-pnpm");

        var found = (await pnpm.RunAsync(app.Path, "search", "sought-by-pnpm", $"--registry={World.Server.Url}")).ShouldSucceed();

        Assert.Contains("@acme/sought-by-pnpm", found.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_does_not_find_what_members_may_read()
    {
        await World.PublishedByMemberAsync("@acme/sought-by-strangers", "1.0.0");
        using var npm = await World.JobAsync();

        var found = (await npm.RunAnywhereAsync("search", "sought-by-strangers")).ShouldSucceed();

        Assert.DoesNotContain("@acme/sought-by-strangers", found.Output, StringComparison.Ordinal);
    }
}
