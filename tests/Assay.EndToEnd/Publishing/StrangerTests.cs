using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Publishing;

public sealed class StrangerTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Fact]
    public async Task To_a_stranger_unknown_private_policyless_and_unmatched_packages_look_the_same()
    {
        await World.PublishedOnceAsync("@acme/stranger-private", new JsonObject { ["repository"] = "octo-org/stranger" });
        await World.TrustGithubAsync("@acme/stranger-unmatch", "octo-org/stranger");
        await World.PublishedByMemberAsync("@acme/stranger-nopolicy", "1.0.0");

        var answers = new[]
        {
            await AnswerAsync("@acme/stranger-unknown"),
            await AnswerAsync("@acme/stranger-private"),
            await AnswerAsync("@acme/stranger-unmatch"),
            await AnswerAsync("@acme/stranger-nopolicy"),
        };

        Assert.Single(answers.Distinct());
    }

    // All that a stranger sees, with the name they asked for taken out.
    private async Task<string> AnswerAsync(string package)
    {
        var token = Ci.MintGithub(new JsonObject { ["repository"] = "mallory/stranger", ["run_id"] = "1" });
        using var answer = await World.Http.ExchangeAsync(package, token);
        var headers = answer.Headers.Concat(answer.Content.Headers)
            .Where(header => header.Key is not ("Date" or "Content-Length"))
            .OrderBy(header => header.Key, StringComparer.Ordinal)
            .Select(header => $"{header.Key}: {string.Join(",", header.Value)}");
        var text = $"{(int)answer.StatusCode}\n{string.Join('\n', headers)}\n{await answer.Content.ReadAsStringAsync()}";

        return text.Replace(package, "NAME", StringComparison.Ordinal)
            .Replace(RegistryClient.Escape(package), "NAME", StringComparison.Ordinal);
    }
}
