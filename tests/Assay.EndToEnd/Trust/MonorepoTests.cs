using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Trust;

/// <summary>One policy for a scope, and a repository that publishes whatever it holds.</summary>
public sealed class MonorepoTests(SharedWorld shared) : EndToEndTest(shared)
{
    private const int Packages = 12;

    [Fact]
    public async Task Twelve_new_packages_are_published_in_one_job_with_no_set_up_of_their_own()
    {
        await World.Http.CallAsync(HttpMethod.Post, "-/assay/v1/policies", World.AdministratorToken, new JsonObject
        {
            ["target"] = "@monorepo/*",
            ["binding"] = "github",
            ["actions"] = new JsonArray("publish"),
            ["fields"] = new JsonObject { ["repository"] = "octo-org/monorepo", ["workflow"] = "publish.yml" },
        });
        using var npm = await World.JobAsync();
        using var checkout = new TemporaryFolder();
        Write(checkout.Path, "1.0.0");
        var job = Ci.StartGithub(new JsonObject { ["repository"] = "octo-org/monorepo" });

        var publish = await npm.RunAsync(checkout.Path, job, "publish", "--workspaces");

        publish.ShouldSucceed();
        for (var number = 1; number <= Packages; number++)
        {
            Assert.Equal(["1.0.0"], await World.VersionsAsync($"@monorepo/part-{number}"));
        }
    }

    private static void Write(string folder, string version)
    {
        var root = new JsonObject { ["name"] = "monorepo", ["private"] = true, ["workspaces"] = new JsonArray("parts/*") };
        File.WriteAllText(Path.Combine(folder, "package.json"), root.ToJsonString());
        for (var number = 1; number <= Packages; number++)
        {
            var part = Path.Combine(folder, "parts", $"part-{number}");
            Directory.CreateDirectory(part);
            new SamplePackage($"@monorepo/part-{number}", version).WriteTo(part);
        }
    }
}
