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
    public void A_reserved_host_belongs_to_its_provider(string provider, string issuer) =>
        Assert.Contains("reserved", Catalog.ProblemWithIssuer(Catalog.Find(provider)!, issuer, allowLoopbackHttp: false), StringComparison.Ordinal);

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
