using Assay.Trust.Bindings;
using Assay.Trust.Providers;

namespace Assay.Core.Tests.Trust;

public sealed class IssuerTests
{
    private static readonly ProviderCatalog Catalog = ProviderCatalog.Shipped;

    [Theory]
    [InlineData("https://token.actions.githubusercontent.com", true)]
    [InlineData("https://token.actions.githubusercontent.com/octocat-inc", true)]
    [InlineData("https://token.actions.corp.ghe.com", true)]
    [InlineData("https://token.actions.corp.ghe.com/octocat-inc", true)]
    [InlineData("https://token.actions.githubusercontent.com/", false)]
    [InlineData("https://token.actions.githubusercontent.com//foo", false)]
    [InlineData("https://token.actions.githubusercontent.com/foo/bar", false)]
    [InlineData("https://token.actions.githubusercontent.com/foo/", false)]
    [InlineData("https://token.actions.githubusercontent.com/foo?x=1", false)]
    [InlineData("https://token.actions.githubusercontent.com/foo#x", false)]
    [InlineData("https://token.actions.githubusercontent.com/../foo", false)]
    [InlineData("https://token.actions.githubusercontent.com/foo%2fbar", false)]
    [InlineData("https://token.actions.githubusercontent.com:443/foo", false)]
    [InlineData("http://token.actions.githubusercontent.com", false)]
    [InlineData("https://user@token.actions.githubusercontent.com", false)]
    [InlineData("https://TOKEN.actions.githubusercontent.com", false)]
    [InlineData("https://token.actions.ghe.com/foo", false)]
    [InlineData("https://token.actions.a.b.ghe.com", false)]
    [InlineData("https://token.actions.CORP.ghe.com", false)]
    [InlineData(" https://token.actions.githubusercontent.com", false)]
    [InlineData("https://token.actions.githubusercontent.com.", false)]
    [InlineData("https://token.actions.githubusercontent.com/-octocat", false)]
    [InlineData("https://token.actions.githubusercontent.com/octocat-", false)]
    [InlineData("https://token.actions.corp-.ghe.com", false)]
    public void Githubs_own_issuers_are_matched_by_characters(string issuer, bool accepted)
    {
        var github = Catalog.Find("github")!;

        Assert.Equal(accepted, github.Issuer.Match(issuer) is not null);
        Assert.Equal(accepted, Catalog.ProblemWithIssuer(github, issuer, allowLoopbackHttp: true) is null);
    }

    [Theory]
    [InlineData("https://token.actions.githubusercontent.com.evil.example")]
    [InlineData("https://token.actions.githubusercontent.com.evil.example/foo")]
    public void A_host_that_begins_like_githubs_is_not_of_its_family(string issuer) =>
        Assert.Null(Catalog.Find("github")!.Issuer.Match(issuer));

    [Theory]
    [InlineData("https://oidc.circleci.com/org/a64b0a19-f221-4291-b000-8d24bd842b72", true)]
    [InlineData("https://oidc.circleci.com", true)]
    [InlineData("https://oidc.circleci.com/org/A64B0A19-F221-4291-B000-8D24BD842B72", false)]
    [InlineData("https://oidc.circleci.com/org/acme", false)]
    [InlineData("https://oidc.circleci.com/org/a64b0a19-f221-4291-b000-8d24bd842b72/x", false)]
    public void Circleci_issuers_carry_one_uuid(string issuer, bool accepted) =>
        Assert.Equal(accepted, Catalog.Find("circleci")!.Issuer.Match(issuer) is not null);

    [Theory]
    [InlineData("buildkite", "https://agent.buildkite.com", true)]
    [InlineData("buildkite", "https://agent.buildkite.com/", false)]
    [InlineData("bitbucket", "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc", true)]
    [InlineData("bitbucket", "https://api.bitbucket.org/2.0/workspaces/acme_corp-1/pipelines-config/identity/oidc", true)]
    [InlineData("bitbucket", "https://api.bitbucket.org/2.0/workspaces/acme/evil/pipelines-config/identity/oidc", false)]
    [InlineData("bitbucket", "https://api.bitbucket.org/2.0/workspaces//pipelines-config/identity/oidc", false)]
    [InlineData("bitbucket", "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc/", false)]
    [InlineData("azure-devops", "https://vstoken.dev.azure.com/0ca3ddd9-f0b0-4635-a98c-5866526961b6", true)]
    [InlineData("azure-devops", "https://vstoken.dev.azure.com/acme", false)]
    [InlineData("azure-devops", "https://vstoken.dev.azure.com", false)]
    [InlineData("semaphore", "https://acme.semaphoreci.com", true)]
    [InlineData("semaphore", "https://a.b.semaphoreci.com", false)]
    [InlineData("semaphore", "https://semaphoreci.com", false)]
    [InlineData("spacelift", "https://acme.app.spacelift.io", true)]
    [InlineData("spacelift", "https://app.spacelift.io", false)]
    [InlineData("harness", "https://app.harness.io/ng/api/oidc/account/AbC_1234567890abcdefgh", true)]
    [InlineData("harness", "https://app.harness.io/ng/api/oidc/account/a.b", false)]
    [InlineData("buddy", "https://eu-oidc.buddyusercontent.com", true)]
    [InlineData("buddy", "https://xx-oidc.buddyusercontent.com", false)]
    [InlineData("flyio", "https://oidc.fly.io/exmaple-org", true)]
    [InlineData("flyio", "https://oidc.fly.io/exmaple-org/app", false)]
    [InlineData("google", "https://accounts.google.com", true)]
    [InlineData("google", "https://accounts.google.com/", false)]
    [InlineData("aws", "https://0f1e2d3c-4b5a-4678-9abc-def012345678.tokens.sts.global.api.aws", true)]
    [InlineData("aws", "https://acme.tokens.sts.global.api.aws", false)]
    [InlineData("kubernetes", "https://oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE", true)]
    [InlineData("kubernetes", "https://oidc.eks.us-east-1.amazonaws.com/id/", false)]
    [InlineData("kubernetes", "https://oidc.eks.us-east-1.amazonaws.com/id/A/b", false)]
    [InlineData("kubernetes", "https://oidc.eks.a.b.amazonaws.com/id/A", false)]
    [InlineData("kubernetes", "https://container.googleapis.com/v1/projects/acme-prod/locations/us-central1-a/clusters/release", true)]
    [InlineData("kubernetes", "https://container.googleapis.com/v1/projects/example.com:acme/locations/us-central1/clusters/release", true)]
    [InlineData("kubernetes", "https://container.googleapis.com/v1/projects/../locations/us-central1/clusters/release", false)]
    [InlineData("kubernetes", "https://container.googleapis.com/v1/projects/a/b/locations/us-central1/clusters/release", false)]
    [InlineData("kubernetes", "https://westeurope.oic.prod-aks.azure.com/0f1e2d3c-4b5a-4678-9abc-def012345678/1f1e2d3c-4b5a-4678-9abc-def012345678/", true)]
    [InlineData("kubernetes", "https://westeurope.oic.prod-aks.azure.com/0f1e2d3c-4b5a-4678-9abc-def012345678/1f1e2d3c-4b5a-4678-9abc-def012345678", false)]
    [InlineData("kubernetes", "https://westeurope.oic.prod-aks.azure.com/0f1e2d3c-4b5a-4678-9abc-def012345678/1f1e2d3c-4b5a-4678-9abc-def012345678//", false)]
    [InlineData("activestate", "https://platform.activestate.com/api/v1/oauth/oidc", true)]
    [InlineData("terraform", "https://app.terraform.io", true)]
    [InlineData("depot", "https://identity.depot.dev", true)]
    [InlineData("codefresh", "https://oidc.codefresh.io", true)]
    public void Each_providers_own_issuers_are_matched_from_end_to_end(string provider, string issuer, bool accepted)
    {
        var definition = Catalog.Find(provider)!;

        Assert.Equal(accepted, definition.Issuer.Match(issuer) is not null);
        if (accepted)
        {
            Assert.Null(Catalog.ProblemWithIssuer(definition, issuer, allowLoopbackHttp: false));
            Assert.NotNull(Catalog.ProblemWithIssuer(Catalog.Find("generic")!, issuer, allowLoopbackHttp: false));
        }
    }

    [Fact]
    public void The_issuer_of_fork_pull_requests_cannot_be_bound_to_anything()
    {
        const string Forks = "https://actions-public-oidc.depot.dev";

        Assert.All(Catalog.Definitions, definition => Assert.NotNull(Catalog.ProblemWithIssuer(definition, Forks, allowLoopbackHttp: true)));
    }

    [Theory]
    [InlineData("jenkins", "https://ci.corp.example/oidc/job/release")]
    [InlineData("forgejo", "https://code.corp.example/api/actions")]
    [InlineData("teamcity", "https://teamcity.corp.example")]
    [InlineData("vault", "https://vault.corp.example:8200/v1/identity/oidc")]
    [InlineData("spiffe", "https://spire.corp.example")]
    [InlineData("kubernetes", "https://kubernetes.default.svc.cluster.local")]
    [InlineData("generic", "https://ci.corp.example/oidc/")]
    [InlineData("terraform", "https://tfe.corp.example")]
    public void Self_managed_issuers_are_the_operators(string provider, string issuer)
    {
        Assert.Null(Catalog.Find(provider)!.Issuer.Match(issuer));
        Assert.Null(Catalog.ProblemWithIssuer(Catalog.Find(provider)!, issuer, allowLoopbackHttp: false));
    }

    [Theory]
    [InlineData("https://ghes.corp.example/_services/token", false, true)]
    [InlineData("https://corp-oidc.s3.example/gitlab/", false, true)]
    [InlineData("https://gitlab.corp.example:8443", false, true)]
    [InlineData("http://127.0.0.1:5099/github", true, true)]
    [InlineData("http://localhost:5099", true, true)]
    [InlineData("http://127.0.0.1:5099/github", false, false)]
    [InlineData("http://gitlab.corp.example", true, false)]
    [InlineData("https://gitlab.corp.example/a//b", false, false)]
    [InlineData("https://Gitlab.corp.example", false, false)]
    [InlineData("https://gitlab.corp.example/a/../b", false, false)]
    [InlineData("https://user:pw@gitlab.corp.example", false, false)]
    [InlineData("https://gitlab.corp.example/?a", false, false)]
    [InlineData("https://gitl\u00E4b.corp.example", false, false)]
    [InlineData("file:///etc/passwd", true, false)]
    [InlineData("gitlab.corp.example", false, false)]
    [InlineData("", false, false)]
    public void Operators_bind_plain_https_addresses_and_loopback_on_request(string issuer, bool allowLoopbackHttp, bool accepted) =>
        Assert.Equal(accepted, Catalog.ProblemWithIssuer(Catalog.Find("gitlab")!, issuer, allowLoopbackHttp) is null);

    [Theory]
    [InlineData("gitlab", "https://token.actions.githubusercontent.com")]
    [InlineData("gitlab", "https://token.actions.githubusercontent.com/acme")]
    [InlineData("gitlab", "https://token.actions.corp.ghe.com")]
    [InlineData("github", "https://gitlab.com")]
    [InlineData("github", "https://gitlab.com/other")]
    [InlineData("github", "https://gitlab.com:8443")]
    [InlineData("gitlab", "https://corp.ghe.com:8443/x")]
    public void A_reserved_host_belongs_to_its_provider(string provider, string issuer) =>
        Assert.Contains("reserved", Catalog.ProblemWithIssuer(Catalog.Find(provider)!, issuer, allowLoopbackHttp: false), StringComparison.Ordinal);

    [Theory]
    [InlineData("https://evilghe.com")]
    [InlineData("https://corp.evilghe.com")]
    [InlineData("https://corp.ghe.com.evil.example")]
    [InlineData("https://xgitlab.com")]
    public void A_host_that_merely_looks_like_a_reserved_one_is_the_operators(string issuer) =>
        Assert.Null(Catalog.ProblemWithIssuer(Catalog.Find("gitlab")!, issuer, allowLoopbackHttp: false));

    [Fact]
    public void An_issuer_has_a_bounded_length()
    {
        const string Address = "https://gitlab.corp.example/";
        var longest = Address + new string('a', 512 - Address.Length);

        Assert.Null(Catalog.ProblemWithIssuer(Catalog.Find("gitlab")!, longest, allowLoopbackHttp: false));
        Assert.NotNull(Catalog.ProblemWithIssuer(Catalog.Find("gitlab")!, longest + "a", allowLoopbackHttp: false));
    }

    [Fact]
    public void A_binding_takes_defaults_and_declared_constants_only()
    {
        var binding = Fixture.Bind("gitlab", "https://gitlab.corp.example", new() { ["config_host"] = "gitlab.corp.example" });

        Assert.Equal("gitlab.corp.example", binding.Constants["config_host"]);
        Assert.Equal("https://gitlab.com", binding.Constants["web"]);
    }

    [Theory]
    [InlineData("docs", "https://x.example")]
    [InlineData("web", "javascript:alert(1)")]
    [InlineData("web", "https://x.example/")]
    [InlineData("web", "https://x.example/?a=b")]
    [InlineData("web", "https://user@x.example")]
    [InlineData("config_host", "x.example?a")]
    [InlineData("config_host", "https://x.example")]
    public void A_binding_refuses_other_constants(string name, string value)
    {
        var draft = new BindingDraft
        {
            Id = "b",
            ProviderId = "gitlab",
            Issuer = "https://gitlab.com",
            Constants = new Dictionary<string, string> { [name] = value },
        };

        Assert.False(IssuerBinding.TryCreate(Catalog, draft, out _, out var problems));
        Assert.Contains(name, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ConstantType.Url, "https://x.example/")]
    [InlineData(ConstantType.Host, "x.example/")]
    [InlineData(ConstantType.Domain, "x.")]
    public void A_constant_has_a_bounded_length(ConstantType type, string start)
    {
        var constant = new ConstantDefinition { Type = type };
        var longest = start.PadRight(200, 'a');

        Assert.True(constant.Accepts(longest));
        Assert.False(constant.Accepts(longest + "a"));
    }

    [Fact]
    public void A_binding_names_its_problems_at_once()
    {
        var draft = new BindingDraft { Id = "b", ProviderId = "github", Issuer = "http://x.example", Names = ["*-utils"] };

        Assert.False(IssuerBinding.TryCreate(Catalog, draft, out _, out var problems));
        Assert.Equal(2, problems.Count);
    }

    [Fact]
    public void A_binding_without_names_may_publish_nothing()
    {
        var draft = new BindingDraft { Id = "b", ProviderId = "github", Issuer = "https://token.actions.githubusercontent.com" };

        Assert.True(IssuerBinding.TryCreate(Catalog, draft, out var binding, out _));
        Assert.False(binding.MayPublish("@acme/x"));
    }

    [Theory]
    [InlineData("*", "anything", true)]
    [InlineData("*", "@acme/x", true)]
    [InlineData("@acme/*", "@acme/x", true)]
    [InlineData("@acme/*", "@acmeevil/x", false)]
    [InlineData("@acme/ui-*", "@acme/ui-button", true)]
    [InlineData("@acme/ui-*", "@acme/api", false)]
    [InlineData("left-pad", "left-pad", true)]
    [InlineData("left-pad", "left-pad-2", false)]
    [InlineData("@acme/x", "@ACME/x", false)]
    [InlineData("@acme/*", "@ACME/x", false)]
    public void Name_patterns_match_by_characters(string pattern, string package, bool accepted)
    {
        Assert.True(NamePattern.TryParse(pattern, out var parsed));
        Assert.Equal(accepted, parsed.Matches(package));
    }

    [Theory]
    [InlineData("")]
    [InlineData("@*/x")]
    [InlineData("@acme*")]
    [InlineData("react-*")]
    [InlineData("@acme/*-ui")]
    [InlineData("@acme/a*b*")]
    [InlineData("@acme/")]
    [InlineData("@/x")]
    [InlineData("a/b")]
    [InlineData("@acme/a/b")]
    [InlineData("two words")]
    public void Name_patterns_never_reach_across_scopes(string pattern) => Assert.False(NamePattern.TryParse(pattern, out _));
}
