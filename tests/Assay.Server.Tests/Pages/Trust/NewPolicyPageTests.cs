using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Server.TrustedPublishing;
using Assay.Trust.Providers;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Pages.Trust;

/// <summary>The form of a policy, made from its provider's definition; what it shows before, and what it writes.</summary>
public sealed class NewPolicyPageTests
{
    private const string Page = "/-/packages/@acme/hello/trust/new";

    public static TheoryData<string> Shipped => [.. ProviderCatalog.Shipped.Ids];

    [Theory]
    [MemberData(nameof(Shipped))]
    public async Task The_form_of_every_provider_writes_its_guides_policy(string provider)
    {
        await using var world = await WithIssuerAsync(provider);
        var definition = ProviderCatalog.Shipped.Find(provider)!;
        var guide = PublishGuides.Find(provider)!;
        var visitor = await Browser.AtAsync(world.App, "root", $"{Page}?binding=bound");

        var fields = PublishGuides.ExamplesOf(definition);
        List<(string, string?)> values = [.. fields.Select(field => ($"field.{field.Key}", (string?)string.Join('\n', field.Value)))];
        values.AddRange(definition.Policy.Pin.Where(pin => pin.Field is null && PublishGuides.ExampleOf(definition, pin) is not null).Select(pin => ($"pin.{pin.Claim}", PublishGuides.ExampleOf(definition, pin))));
        if (guide.Declared.Count > 0)
        {
            values.Add(("gate", "declared"));
            values.AddRange(guide.Declared.Select(field => ("declared", (string?)field)));
        }
        await visitor.SubmitAndFollowAsync("Preview", [.. values]);

        Assert.True(visitor.Problem is null, $"{provider}: {visitor.Problem}");
        Assert.Contains(definition.DisplayName, visitor.Text, StringComparison.Ordinal);
        Assert.NotEmpty(visitor.Document.QuerySelectorAll("pre[id^=file-]"));
        Assert.DoesNotContain("npm.acme.example", visitor.Page, StringComparison.Ordinal);
        Assert.Equal(0, await world.App.ReadAsync(db => db.TrustPolicies.CountAsync()));

        await visitor.SubmitAndFollowAsync("Create");

        Assert.True(visitor.Problem is null, $"{provider}: {visitor.Problem}");
        Assert.Contains("The policy is written", visitor.Text, StringComparison.Ordinal);
        var written = JsonNode.Parse(await world.App.ReadAsync(db => db.TrustPolicies.Select(row => row.Rules).SingleAsync()))!;
        Assert.All(fields, field => Assert.Equal(field.Value, written["fields"]![field.Key]!.AsArray().Select(value => (string)value!)));
    }

    [Fact]
    public void Every_shipped_provider_has_a_guide_with_a_file() => Assert.All(ProviderCatalog.Shipped.Ids, provider =>
    {
        var guide = PublishGuides.Find(provider);
        Assert.NotNull(guide);
        Assert.Contains(guide.Files, file => file.Text.Contains("npm publish", StringComparison.Ordinal));
        Assert.True(guide.Explanation.EndsWith('.'), $"{provider}: what leads in a block of the page is left over: {guide.Explanation}");
    });

    [Fact]
    public async Task What_a_guide_calls_code_is_code_and_a_path_that_the_file_says_itself_is_said_once()
    {
        await using var world = await TrustWorld.StartAsync();
        var visitor = await Browser.AtAsync(world.App, "root", $"{Page}?provider=github");

        await visitor.SubmitAndFollowAsync("Preview", ("field.repository", "octo-org/octo-repo"), ("field.workflow", "publish.yml"));

        Assert.Contains("id-token: write", visitor.Document.QuerySelectorAll("main p > code").Select(code => code.TextContent));
        Assert.DoesNotContain('`', visitor.Text);
        Assert.Single(visitor.Text.Split(".github/workflows/publish.yml")[1..]);
    }

    [Theory]
    [InlineData("github", "field.environment", "")]
    [InlineData("github", "field.environment", "npm-release")]
    [InlineData("github", "field.workflow", "release.yml")]
    [InlineData("gitlab", "field.configPath", "ci/release.yml")]
    public async Task The_shown_file_publishes_under_the_policy_as_far_as_the_linter_sees(string provider, string field, string value)
    {
        await using var world = await WithIssuerAsync(provider);
        var definition = ProviderCatalog.Shipped.Find(provider)!;
        var visitor = await Browser.AtAsync(world.App, "root", $"{Page}?binding=bound");
        await visitor.SubmitAndFollowAsync("Preview", [.. PublishGuides.ExamplesOf(definition).Where(each => $"field.{each.Key}" != field).Select(each => ($"field.{each.Key}", (string?)each.Value[0])), (field, value)]);
        var file = visitor.Document.QuerySelector("pre[id^=file-]")!;
        var (path, text) = (file.GetAttribute("aria-label")!, file.TextContent);
        Assert.EndsWith(".yml", path, StringComparison.Ordinal);

        await visitor.SubmitAndFollowAsync("Create");
        await visitor.OpenAsync("/-/packages/@acme/hello/trust/lint");
        await visitor.SubmitAndFollowAsync("", ("path", path), ("text", text.Replace("\n", "\r\n", StringComparison.Ordinal)));

        Assert.True(visitor.Text.Contains("Nothing was found that keeps the file from publishing", StringComparison.Ordinal), visitor.Text);
    }

    [Fact]
    public async Task The_preview_has_npms_command_which_writes_the_same_policy()
    {
        await using var world = await TrustWorld.StartAsync();
        var visitor = await Browser.AtAsync(world.App, "root", $"{Page}?provider=github");
        await visitor.SubmitAndFollowAsync("Preview", ("field.repository", "octo-org/octo-repo"), ("field.workflow", "publish.yml"), ("field.environment", "release"));

        var command = visitor.Document.QuerySelector("#npm-trust")!.TextContent;

        Assert.Equal($"npm trust github @acme/hello --repository octo-org/octo-repo --file publish.yml --environment release --allow-publish --registry {world.App.Url}", command);
    }

    [Fact]
    public async Task What_is_weak_is_said_and_a_policy_without_a_gate_only_stages()
    {
        await using var world = await TrustWorld.StartAsync();
        var visitor = await Browser.AtAsync(world.App, "root", $"{Page}?provider=github");

        await visitor.SubmitAndFollowAsync("Preview", ("field.repository", "octo-org/octo-repo"), ("field.workflow", "publish.yml"), ("gate", "any"));
        Assert.Contains("stage and read only", visitor.Problem, StringComparison.Ordinal);
        Assert.Contains("octo-org/octo-repo", visitor.Page, StringComparison.Ordinal);
        await visitor.SubmitAndFollowAsync("Preview", ("actions", "stage"));

        Assert.Contains("gate-any", visitor.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_preview_says_when_it_begins()
    {
        await using var world = await TrustWorld.StartAsync(["--Assay:TrustedPublishing:CoolingOffHours=24"]);
        var visitor = await Browser.AtAsync(world.App, "root", $"{Page}?provider=github");

        await visitor.SubmitAndFollowAsync("Preview", ("field.repository", "octo-org/octo-repo"), ("field.workflow", "publish.yml"));

        Assert.Contains("It widens trust, so it begins", visitor.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_member_of_a_policy_goes_through_the_form_and_back()
    {
        await using var world = await TrustWorld.StartAsync();
        var policy = PolicyRequest.Github(TrustWorld.Package, policy =>
        {
            policy["actions"] = new JsonArray("publish", "dist-tag");
            policy["fields"]!["ref"] = new JsonArray("refs/tags/v{version}", "refs/tags/{name}@{version}");
            policy["fields"]!["runner"] = "github-hosted";
            policy["when"] = new JsonObject { ["not"] = new JsonObject { ["claim"] = "actor_id", ["in"] = new JsonArray("41898282") } };
            policy["gate"] = new JsonObject { ["declared"] = new JsonArray("ref") };
            policy["limits"] = new JsonObject { ["versions"] = "^1 || ^2", ["distTags"] = new JsonArray("latest", "next-*"), ["versionsPerRun"] = 1, ["packagesPerRun"] = 20 };
            policy["divert"] = new JsonArray("new-workflow", "versions-per-day:5");
            policy["pins"] = new JsonObject { ["repository_id"] = "74", ["repository_owner_id"] = "65" };
            policy["note"] = "the job";
        });
        var id = await world.WrittenPolicyAsync(policy);
        var before = (await world.PolicyAsync(id))["policy"]!.ToJsonString();
        var visitor = await Browser.AtAsync(world.App, "root", $"{Page}?replaces={id}");

        await visitor.SubmitAndFollowAsync("Preview");
        Assert.True(visitor.Problem is null, visitor.Problem);
        await visitor.SubmitAndFollowAsync("Create");

        Assert.Contains("says just that already", visitor.Problem, StringComparison.Ordinal);
        await visitor.SubmitAndFollowAsync("Edit");
        await visitor.SubmitAndFollowAsync("Preview", ("note", "another"));
        await visitor.SubmitAndFollowAsync("Create");
        Assert.Contains("in place of the one before", visitor.Text, StringComparison.Ordinal);
        var after = (await world.ListedAsync()).Single(each => (string?)each!["state"] == "in-force")!["policy"]!.ToJsonString();
        Assert.Equal(before.Replace("the job", "another", StringComparison.Ordinal), after);
    }

    [Fact]
    public async Task A_scope_takes_policies_of_patterns_and_of_names_that_do_not_exist_yet()
    {
        await using var world = await TrustPageTests.PeopleAsync();
        var visitor = await Browser.OfAsync(world.App, "owner");

        foreach (var target in new[] { "@acme/*", "@acme/ui-*", "@acme/new" })
        {
            await visitor.OpenAsync("/-/scopes/@acme/trust/new?provider=github");
            await visitor.SubmitAndFollowAsync("Preview", ("target", target), ("field.repository", "octo-org/octo-repo"), ("field.workflow", "publish.yml"));
            Assert.True(visitor.Problem is null, visitor.Problem);
            await visitor.SubmitAndFollowAsync("Create");
            Assert.Contains("The policy is written", visitor.Text, StringComparison.Ordinal);
        }
        await visitor.OpenAsync("/-/scopes/@acme/trust/new?provider=github");
        await visitor.SubmitAndFollowAsync("Preview", ("target", "@other/*"), ("field.repository", "octo-org/octo-repo"), ("field.workflow", "publish.yml"));

        Assert.Contains("this page of @acme", visitor.Problem, StringComparison.Ordinal);
        Assert.Equal(["@acme/*", "@acme/hello", "@acme/new", "@acme/ui-*"], await world.App.ReadAsync(db => db.TrustPolicies.Select(row => row.Target).OrderBy(target => target).ToListAsync()));
    }

    [Fact]
    public async Task A_deny_of_every_issuer_is_written_too()
    {
        await using var world = await TrustWorld.StartAsync();
        var visitor = await Browser.AtAsync(world.App, "root", $"{Page}?effect=deny");

        await visitor.SubmitAndFollowAsync("Preview");
        await visitor.SubmitAndFollowAsync("Create");

        Assert.Contains("Deny: Every issuer", visitor.Text, StringComparison.Ordinal);
    }

    /// <summary>A registry with one issuer of the provider, named <c>bound</c>; its keys are never asked for.</summary>
    private static async Task<TrustWorld> WithIssuerAsync(string provider)
    {
        var world = await TrustWorld.WithoutIssuersAsync();
        var arguments = GuideIssuer.ArgumentsOf(provider);
        var body = new JsonObject { ["id"] = "bound", ["provider"] = provider, ["names"] = new JsonArray("*") };
        foreach (var (name, value) in arguments)
        {
            body[name] = value?.DeepClone();
        }
        await (await world.AdminAsync("/issuer/add", body)).ShouldBeAsync(HttpStatusCode.OK);
        return world;
    }
}
