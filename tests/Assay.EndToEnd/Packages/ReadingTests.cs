using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Packages;

public sealed class ReadingTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Fact]
    public async Task View_shows_who_published_from_ci()
    {
        await World.PublishedOnceAsync("@acme/viewed", new JsonObject { ["repository"] = "octo-org/viewed" });
        using var npm = await World.MemberAsync();

        var view = (await npm.RunAnywhereAsync("view", "@acme/viewed", "--json")).ShouldSucceed();

        var shown = JsonNode.Parse(view.Output)!;
        Assert.Equal("@acme/viewed", (string?)shown["name"]);
        Assert.Equal("1.0.0", (string?)shown["dist-tags"]!["latest"]);
        Assert.NotNull(shown["time"]!["1.0.0"]);
        Assert.StartsWith("GitHub Actions", (string?)shown["_npmUser"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task View_of_what_is_not_there_is_a_404_that_names_the_scope()
    {
        using var npm = await World.MemberAsync();

        var view = await npm.RunAnywhereAsync("view", "@acme/never-published");

        Assert.Contains("E404", view.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ping_is_answered()
    {
        using var npm = await World.JobAsync();

        var ping = (await npm.RunAnywhereAsync("ping")).ShouldSucceed();

        Assert.Contains("PONG", ping.Errors, StringComparison.Ordinal);
    }
}
