using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>A workflow file is held against the policies of its package before it is ever run.</summary>
public sealed class LintTests
{
    private const string Good = """
        name: Publish
        on:
          push:
            tags: ['v*']
        permissions:
          contents: read
          id-token: write
        jobs:
          publish:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v5
              - uses: actions/setup-node@v5
                with:
                  node-version: 24
                  registry-url: REGISTRY
              - run: npm publish
        """;

    [Fact]
    public async Task A_file_is_held_against_the_policies_of_the_package()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var policy = await world.TrustGithubAsync(environment: "release");

        var results = (await LintAsync(world, File(world, Good)))["results"]!.AsArray();

        Assert.Equal(2, results.Count);
        var withEnvironment = results.Single(result => (string?)result!["policy"] == policy)!;
        Assert.Contains("environment-mismatch", Errors(withEnvironment));
        Assert.DoesNotContain("environment-mismatch", Errors(results.Single(result => result != withEnvironment)!));
    }

    [Fact]
    public async Task What_keeps_it_from_publishing_is_found_with_its_remedy()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var broken = Good.Replace("  id-token: write\n", "", StringComparison.Ordinal);

        var result = Assert.Single((await LintAsync(world, File(world, broken)))["results"]!.AsArray())!;

        var finding = result["findings"]!.AsArray().First(finding => (string?)finding!["severity"] == "error")!;
        Assert.Contains("id-token", (string?)finding["text"], StringComparison.Ordinal);
        Assert.NotEmpty((string)finding["fix"]!);
    }

    [Fact]
    public async Task One_policy_can_be_meant_and_so_can_a_draft()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var policy = await world.TrustGithubAsync(environment: "release");
        var byId = File(world, Good);
        byId["policy"] = policy;
        var byDraft = File(world, Good);
        byDraft["policy"] = new JsonObject
        {
            ["provider"] = "github",
            ["actions"] = new JsonArray("publish"),
            ["fields"] = new JsonObject { ["repository"] = "octo-org/octo-repo", ["workflow"] = "other.yml" },
        };

        var one = Assert.Single((await LintAsync(world, byId))["results"]!.AsArray())!;
        var draft = Assert.Single((await LintAsync(world, byDraft))["results"]!.AsArray())!;

        Assert.Equal(policy, (string?)one["policy"]);
        Assert.Equal("draft", (string?)draft["policy"]);
        Assert.Contains("workflow-mismatch", Errors(draft));
    }

    [Fact]
    public async Task It_is_for_those_who_may_see_the_attempts()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var mallory = await world.App.SignedInAsync("mallory");

        using var member = await world.App.PostAsync("/-/assay/v1/trust/lint", mallory, File(world, Good));
        using var anonymous = await world.App.PostAsync("/-/assay/v1/trust/lint", null, File(world, Good));

        await member.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await anonymous.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
    }

    [Fact]
    public async Task What_cannot_be_linted_is_refused()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var unknown = File(world, Good);
        unknown["policy"] = "nowhere";
        var notADraft = File(world, Good);
        notADraft["policy"] = new JsonObject { ["provider"] = "github" };

        await (await PostAsync(world, unknown)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "policy-not-found");
        await (await PostAsync(world, notADraft)).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-policy");
        await (await PostAsync(world, new JsonObject { ["package"] = TrustWorld.Package })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "bad-request");
        await (await PostAsync(world, File(world, new string('a', 256 * 1024)))).ShouldBeRefusedAsync(HttpStatusCode.RequestEntityTooLarge, "too-large");
    }

    [Fact]
    public async Task The_operator_reads_it_in_lines_and_knows_whether_it_fails()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var broken = Good.Replace("  id-token: write\n", "", StringComparison.Ordinal);

        using var failing = await world.AdminAsync("/lint", File(world, broken));

        var answer = await failing.ShouldBeAsync(HttpStatusCode.OK);
        Assert.True((bool)answer["fails"]!);
        Assert.Contains(answer["lines"]!.AsArray(), line => ((string)line!).TrimStart().StartsWith("error ", StringComparison.Ordinal));
    }

    private static IEnumerable<string?> Errors(JsonNode result) => result["findings"]!.AsArray().Select(finding => (string?)finding!["code"]);

    private static JsonObject File(TrustWorld world, string text) => new()
    {
        ["package"] = TrustWorld.Package,
        ["file"] = new JsonObject
        {
            ["path"] = ".github/workflows/publish.yml",
            ["text"] = text.Replace("REGISTRY", world.App.Url.AbsoluteUri, StringComparison.Ordinal),
        },
    };

    private static Task<HttpResponseMessage> PostAsync(TrustWorld world, JsonObject body) =>
        world.App.PostAsync("/-/assay/v1/trust/lint", world.Administrator, body);

    private static async Task<JsonObject> LintAsync(TrustWorld world, JsonObject body)
    {
        using var answer = await PostAsync(world, body);
        return await answer.ShouldBeAsync(HttpStatusCode.OK);
    }
}
