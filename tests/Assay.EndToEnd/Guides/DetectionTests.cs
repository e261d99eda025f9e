using System.Text.RegularExpressions;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Guides;

/// <summary>Which variables lead a stock client to the exchange: the table of the index, line by line, with the clients themselves.</summary>
public sealed class DetectionTests(GuideWorld world) : IClassFixture<GuideWorld>
{
    [Theory]
    [InlineData("npm", 0)]
    [InlineData("pnpm", 1)]
    [InlineData("yarn", 2)]
    public async Task The_client_does_what_the_index_says(string client, int column)
    {
        var lines = Lines();
        Assert.True(lines.Count >= 8);

        foreach (var (variables, exchanges) in lines)
        {
            var was = await ExchangesAsync(client, variables);

            Assert.True(was == exchanges[column], $"{client} with {string.Join(' ', variables)}: exchanged {was}, the index says {exchanges[column]}.");
        }
    }

    private static List<(string[] Variables, bool[] Exchanges)> Lines() =>
        [.. Regex.Matches(Guide.Index.Text, @"^\| ((?:`[A-Z_]+` ?)+)\| (yes|no) \| (yes|no) \| (yes|no) \|$", RegexOptions.Multiline)
            .Select(line => (
                Regex.Matches(line.Groups[1].Value, "[A-Z_]+").Select(name => name.Value).ToArray(),
                new[] { 2, 3, 4 }.Select(column => line.Groups[column].Value == "yes").ToArray()))];

    private async Task<bool> ExchangesAsync(string client, string[] variables)
    {
        await using var registry = await RecordingRegistry.StartAsync();
        using var checkout = new TemporaryFolder();
        new SamplePackage("@acme/detected", "1.0.0").WriteTo(checkout.Path);
        using var manager = await StartAsync(client, registry.Url, checkout.Path);

        var run = await manager.RunAsync(checkout.Path, Job(variables, registry.Url), client switch
        {
            "npm" => ["publish"],
            "pnpm" => ["publish", "--no-git-checks"],
            _ => ["npm", "publish"],
        });

        // A client that does not exchange has nothing else to publish with.
        Assert.Equal(registry.Exchanges.Count > 0, run.ExitCode == 0);

        return run.ExitCode == 0;
    }

    private static async Task<PackageManager> StartAsync(string client, Uri registry, string checkout)
    {
        if (client != "yarn")
        {
            return await PackageManager.CreateAsync(client == "npm" ? PinnedClient.Npm : PinnedClient.Pnpm, $"registry={registry}");
        }

        var yarn = await PackageManager.CreateAsync(PinnedClient.YarnBerry);
        await File.WriteAllTextAsync(Path.Combine(checkout, "yarn.lock"), "");
        await File.WriteAllTextAsync(
            Path.Combine(checkout, ".yarnrc.yml"),
            $"npmRegistryServer: \"{registry}\"\nenableTelemetry: false\nhttpRetry: 0\nunsafeHttpWhitelist: [localhost, 127.0.0.1]\n");
        (await yarn.RunAsync(checkout, "install")).ShouldSucceed();

        return yarn;
    }

    // What a Forgejo job really has, reduced to the variables of the line.
    private Dictionary<string, string> Job(string[] variables, Uri registry)
    {
        var runner = new Dictionary<string, string>(world.Ci.StartAny("forgejo", []))
        {
            ["CIRCLECI"] = "true",
            ["GITLAB_CI"] = "true",
            ["NPM_ID_TOKEN"] = world.Ci.MintFor("forgejo", [], $"npm:{registry.Host}"),
        };

        return variables.ToDictionary(name => name, name => runner[name]);
    }
}
