using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Upstream;

internal static class Advisories
{
    /// <summary>What the registry knows from now on: this package is vulnerable before 1.2.0.</summary>
    public static async Task ImportedAsync(World world, string package, string title, int days = 0)
    {
        using var folder = new TemporaryFolder();
        var advisory = new JsonObject
        {
            ["id"] = "GHSA-aaaa-bbbb-cccc",
            ["modified"] = TimeProvider.System.GetUtcNow().AddDays(-days).AddMinutes(-1).ToString("O"),
            ["summary"] = title,
            ["affected"] = new JsonArray(new JsonObject
            {
                ["package"] = new JsonObject { ["ecosystem"] = "npm", ["name"] = package },
                ["ranges"] = new JsonArray(new JsonObject
                {
                    ["type"] = "SEMVER",
                    ["events"] = new JsonArray(new JsonObject { ["introduced"] = "0" }, new JsonObject { ["fixed"] = "1.2.0" }),
                }),
            }),
            ["database_specific"] = new JsonObject { ["severity"] = "HIGH", ["cwe_ids"] = new JsonArray("CWE-1321") },
        };
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "GHSA-aaaa-bbbb-cccc.json"), advisory.ToJsonString());

        (await world.Server.AdminAsync(input: null, "advisories", "import", folder.Path)).ShouldSucceed();
    }
}
