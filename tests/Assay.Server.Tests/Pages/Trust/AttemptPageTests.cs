using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Assay.Server.Tests.Pages.Trust;

/// <summary>What runs tried, from a refusal to a policy, the simulator and the linter.</summary>
public sealed class AttemptPageTests
{
    private const string Other = "@acme/other";
    private const string Attempts = "/-/packages/@acme/hello/trust/attempts";
    private const string Try = "/-/packages/@acme/hello/trust/try";

    [Fact]
    public async Task A_refusal_is_compared_claim_by_claim()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await RefusedAsync(world, new JsonObject { ["ref_protected"] = "false" }, TrustWorld.Package);
        var visitor = await Browser.AtAsync(world.App, "root", Attempts + "?outcome=refused");
        Assert.Contains("release-gate-not-met", visitor.Text, StringComparison.Ordinal);

        await visitor.OpenAsync(visitor.Document.QuerySelector("main tbody a")!.GetAttribute("href")!);

        foreach (var words in new[] { "What the job was told", "Policy by policy", "ref_protected", "Protect it at GitHub", "identity matched", "octo-org/octo-repo" })
        {
            Assert.Contains(words, visitor.Text, StringComparison.Ordinal);
        }
        Assert.Contains("no", visitor.Document.QuerySelectorAll("main .mark.bad").Select(mark => mark.TextContent));
    }

    [Fact]
    public async Task One_click_trusts_the_workflow_of_an_owner_who_is_trusted_already()
    {
        await using var world = await TrustedScopeAsync();
        var factor = await world.App.EnrolledAsync(world.Administrator);
        var id = await RefusedAsync(world, Sibling());
        var visitor = await Browser.AtAsync(world.App, "root", $"/-/packages/{Other}/trust/attempts/{id}");

        await visitor.SubmitAndFollowAsync("Trust");
        Assert.Contains("Confirm with your second factor", visitor.Problem, StringComparison.Ordinal);
        Assert.False(await world.App.ReadAsync(db => db.TrustPolicies.AnyAsync(row => row.Target == Other)));
        await visitor.SubmitAndFollowAsync("Trust", ("factor", factor.NextCode()));

        Assert.Contains("The policy is written", visitor.Text, StringComparison.Ordinal);
        Assert.Contains("octo-org/sibling", visitor.Text, StringComparison.Ordinal);
        await world.PublishFromGithubAsync("1.0.1", Sibling(), Other);
    }

    [Fact]
    public async Task A_strangers_run_leads_to_the_form_filled_in_and_writes_nothing_by_itself()
    {
        await using var world = await TrustedScopeAsync();
        var id = await RefusedAsync(world, new JsonObject { ["repository"] = "mallory/fork", ["repository_id"] = "660", ["repository_owner_id"] = "661" });
        var visitor = await Browser.AtAsync(world.App, "root", $"/-/packages/{Other}/trust/attempts/{id}");
        Assert.DoesNotContain("Trust", visitor.Handlers);
        foreach (var words in new[] { "unknown project", "Was this run yours?", "This run came from mallory/fork · publish.yml, whose owner nothing in @acme trusts. Only go on if you know that project." })
        {
            Assert.Contains(words, visitor.Text, StringComparison.Ordinal);
        }

        await visitor.OpenAsync($"/-/packages/{Other}/trust/new?from={id}");

        Assert.Equal("mallory/fork", visitor.Document.QuerySelector("#field-repository")!.GetAttribute("value"));
        Assert.False(await world.App.ReadAsync(db => db.TrustPolicies.AnyAsync(row => row.Target == Other)));
        await visitor.SubmitAndFollowAsync("Preview");
        await visitor.SubmitAndFollowAsync("Create");
        Assert.Contains("mallory/fork", visitor.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_fit_comes_first_and_each_id_by_its_name()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var id = await RefusedAsync(world, new JsonObject { ["repository_id"] = "740" }, TrustWorld.Package);

        var visitor = await Browser.AtAsync(world.App, "root", $"{Attempts}/{id}");

        var rows = visitor.Document.QuerySelectorAll("main div[aria-label^=Policy] tbody tr").ToList();
        Assert.Equal("repository id", rows[0].QuerySelector("th")!.TextContent);
        Assert.Equal(("no", "74", "740"), (rows[0].QuerySelector(".mark")!.TextContent, rows[0].QuerySelector("td:nth-of-type(2) code")!.TextContent, rows[0].QuerySelector("td:nth-of-type(3) code")!.TextContent));
        Assert.Contains("repository owner id", rows.Select(row => row.QuerySelector("th")!.TextContent));
        string[] order = ["no", "unknown", "yes"];
        Assert.Equal(rows.Select(Outcome).OrderBy(outcome => Array.IndexOf(order, outcome)), rows.Select(Outcome));
        Assert.NotNull(visitor.Document.QuerySelector("main a[href='/-/operator/incidents?kind=project&binding=github&project=740']"));

        static string Outcome(AngleSharp.Dom.IElement row) => row.QuerySelector(".mark")!.TextContent;
    }

    [Fact]
    public async Task What_a_run_presented_stays_text()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        const string Hostile = "<script>alert(1)</script>";
        var id = await RefusedAsync(world, new JsonObject { ["environment"] = Hostile, ["ref"] = $"refs/heads/{Hostile}", ["ref_protected"] = "false" }, TrustWorld.Package);

        foreach (var page in new[] { Attempts, $"{Attempts}/{id}", $"{Try}?attempt={id}", $"/-/packages/@acme/hello/trust/new?from={id}" })
        {
            var visitor = await Browser.AtAsync(world.App, "root", page);

            Assert.True(visitor.Status == HttpStatusCode.OK || page.Contains("from", StringComparison.Ordinal), $"{page} {visitor.Status}");
            Assert.Empty(visitor.Document.QuerySelectorAll("main script"));
            Assert.All(visitor.Document.QuerySelectorAll("main a"), link => Assert.Matches("^(/|https?://)", link.GetAttribute("href")!));
        }
    }

    [Fact]
    public async Task The_simulator_says_policy_by_policy_what_would_come_of_a_token_and_never_shows_it_again()
    {
        using var log = new CapturedLog();
        await using var world = await TrustWorld.StartAsync(replace: services => services.AddSingleton<ILoggerProvider>(log));
        await world.TrustGithubAsync();
        var visitor = await Browser.AtAsync(world.App, "root", Try);
        var token = world.Github();

        await visitor.SubmitAndFollowAsync("", ("token", token));

        Assert.Contains("It would be granted", visitor.Text, StringComparison.Ordinal);
        Assert.Contains("it fits", visitor.Text, StringComparison.Ordinal);
        var refused = world.Github(new JsonObject { ["ref_protected"] = "false" });
        await visitor.SubmitAndFollowAsync("", ("token", refused));
        Assert.Contains("It would be refused", visitor.Text, StringComparison.Ordinal);
        foreach (var secret in new[] { token, refused })
        {
            var signature = secret[(secret.LastIndexOf('.') + 1)..];
            Assert.DoesNotContain(signature, visitor.Page, StringComparison.Ordinal);
            Assert.DoesNotContain(log.Lines, line => line.Contains(signature, StringComparison.Ordinal));
        }
        Assert.Empty(await world.LiveTokensAsync());
        Assert.Empty(await world.App.ReadAsync(db => db.ExchangeAttempts.ToListAsync()));
    }

    [Fact]
    public async Task The_simulator_takes_claims_and_attempts_too()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var id = await RefusedAsync(world, new JsonObject { ["ref_protected"] = "false" }, TrustWorld.Package);
        var visitor = await Browser.AtAsync(world.App, "root", $"{Try}?attempt={id}");

        await visitor.SubmitAndFollowAsync("");
        Assert.Contains("release-gate-not-met", visitor.Text, StringComparison.Ordinal);
        await visitor.SubmitAndFollowAsync("", ("attempt", ""), ("claims", IdentityToken.Payload(world.Github()).ToJsonString()), ("binding", "github"));
        Assert.Contains("It would be granted", visitor.Text, StringComparison.Ordinal);
        await visitor.SubmitAndFollowAsync("", ("claims", "ey.not.json"));

        Assert.Contains("a JSON object", visitor.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("ey.not.json", visitor.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_linter_says_what_is_wrong_with_a_file()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var visitor = await Browser.AtAsync(world.App, "root", "/-/packages/@acme/hello/trust/lint");

        await visitor.SubmitAndFollowAsync("", ("path", ".github/workflows/publish.yml"), ("text", "on: pull_request\r\njobs:\r\n  publish:\r\n    runs-on: ubuntu-latest\r\n    steps:\r\n      - run: npm publish # <b>\r\n"));

        Assert.Contains("it fails", visitor.Text, StringComparison.Ordinal);
        Assert.Empty(visitor.Document.QuerySelectorAll("main section b"));
    }

    private static async Task<TrustWorld> TrustedScopeAsync()
    {
        var world = await TrustWorld.WithPinnedPolicyAsync();
        await (await new TestPackage(Other, "1.0.0").PublishAsync(world.App, world.Administrator)).ShouldBeAsync(HttpStatusCode.Created);
        return world;
    }

    private static JsonObject Sibling() => new() { ["repository"] = "octo-org/sibling", ["repository_id"] = "740" };

    private static async Task<long> RefusedAsync(TrustWorld world, JsonObject changes, string package = Other)
    {
        using var refused = await world.ExchangeAsync(world.Github(changes), package);
        Assert.NotEqual(HttpStatusCode.Created, refused.StatusCode);
        await world.SettledAsync();
        return await world.App.ReadAsync(db => db.ExchangeAttempts.Where(row => row.PackageName == package && row.RefusalCode != null).OrderByDescending(row => row.Id).Select(row => row.Id).FirstAsync());
    }
}
