using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assay.Trust.Linting;
using Assay.Trust.Providers;

namespace Assay.EndToEnd.Guides;

/// <summary>The pages as a set: complete, in one shape, and agreeing where they say the same.</summary>
public sealed class PageTests
{
    private static readonly string[] Headings =
        ["## The operator trusts the issuer", "## An owner says which pipeline may publish", "## The job publishes", "## Traps"];

    public static TheoryData<string> Pages => new(Guide.Providers);

    public static TheoryData<string> LintedPages => new(WorkflowLinter.Providers);

    [Fact]
    public void Every_provider_that_the_registry_knows_has_a_page() =>
        Assert.Empty(ProviderCatalog.Shipped.Ids.Except(Guide.Providers));

    [Fact]
    public void The_index_names_every_page()
    {
        var named = Regex.Matches(Guide.Index.Text, @"^\| \[[^\]]+\]\(([a-z-]+)\.md\) \|", RegexOptions.Multiline).Select(row => row.Groups[1].Value);

        Assert.Equal(Guide.Providers, named.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_page_has_the_four_parts_in_order(string provider)
    {
        var text = new Guide(provider).Page.Text;

        Assert.Equal(Headings, Regex.Matches(text, "^## .*$", RegexOptions.Multiline).Select(heading => heading.Value));
        Assert.Contains("**What makes a run a release:**", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void The_operators_command_names_the_provider_and_the_packages(string provider)
    {
        var arguments = string.Join(' ', new Guide(provider).IssuerArguments(new Uri("http://localhost/")));

        Assert.Contains($" --provider {provider} ", arguments, StringComparison.Ordinal);
        Assert.Contains(" --names @acme/*", arguments, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void The_policy_is_of_the_operators_binding_and_for_publishing(string provider)
    {
        var guide = new Guide(provider);

        if (guide.HasNativeTrust)
        {
            Assert.Contains("--allow-publish", guide.Page.Arguments($"npm trust {provider}", new Uri("http://localhost/")));
            return;
        }

        var policy = JsonNode.Parse(guide.Page.Block("json policy"))!;
        Assert.Equal(guide.Binding, (string?)policy["binding"]);
        Assert.Equal("""["publish"]""", policy["actions"]!.ToJsonString());
        Assert.NotEmpty(policy["fields"]!.AsObject());
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void The_step_asks_for_the_registrys_audience_or_the_page_says_whose_it_is(string provider)
    {
        var guide = new Guide(provider);
        var arguments = guide.IssuerArguments(new Uri("http://localhost/"));

        if (guide.Audience == "npm:localhost")
        {
            Assert.Contains("npm:npm.acme.example", guide.Page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("--audience", arguments);
        }
        else if (arguments.Contains("--accept-shared-audience"))
        {
            Assert.Contains($"`{guide.Audience}`", guide.Page.Text, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(guide.Audience, arguments[Array.IndexOf(arguments, "--audience") + 1]);
        }
    }

    [Theory]
    [MemberData(nameof(LintedPages))]
    public void The_job_has_no_mistake_that_the_linter_knows(string provider)
    {
        var guide = new Guide(provider);
        var file = Regex.Match(guide.Page.Text, @"^```yaml\n# (\S+)$", RegexOptions.Multiline).Groups[1].Value;

        var findings = WorkflowLinter.Lint(new LintFile(file, guide.Page.File(file)), new LintTarget
        {
            Registry = new Uri("https://npm.acme.example/"),
            Package = "@acme/hello",
            Provider = provider,
            Fields = guide.Fields(),
            Audience = guide.Audience == "npm:localhost" ? null : guide.Audience,
        });

        // What a script of the repository does is not seen in the file; that may be said, and nothing else.
        Assert.DoesNotContain(findings, finding => finding is not { Severity: LintSeverity.Warning, Code: "id-token-missing" } || !guide.RunsAScript);
    }

    // Copied, because a reader has one page open; so they must not drift apart.
    [Fact]
    public void All_steps_that_exchange_by_themselves_end_alike()
    {
        var ends = Guide.Providers.Select(provider => new Guide(provider).Step)
            .Where(step => step.Contains("# Exchanged", StringComparison.Ordinal))
            .Select(step => step[step.IndexOf("# Exchanged", StringComparison.Ordinal)..]);

        Assert.Single(ends.Distinct());
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void No_page_has_a_secret_to_store(string provider)
    {
        var text = new Guide(provider).Page.Text;

        Assert.DoesNotContain("secrets.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("NODE_AUTH_TOKEN", text, StringComparison.Ordinal);
        Assert.DoesNotContain("NPM_TOKEN", text, StringComparison.Ordinal);
    }
}
