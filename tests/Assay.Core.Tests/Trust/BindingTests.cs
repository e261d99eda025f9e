using Assay.Trust.Bindings;
using Assay.Trust.Providers;

namespace Assay.Core.Tests.Trust;

public sealed class BindingTests
{
    private const string Sts = "https://sts.amazonaws.com/";
    private static readonly IReadOnlySet<string> Own = new HashSet<string> { "npm:packages.example.test", "npm:packages" };

    private static readonly BindingDraft Jenkins = new()
    {
        Id = "jenkins",
        ProviderId = "jenkins",
        Issuer = "https://ci.corp.example/oidc",
        Claims = Places(("project", ["sub"])),
    };

    private static readonly BindingDraft Aws = new()
    {
        Id = "aws",
        ProviderId = "aws",
        Issuer = "https://0f1e2d3c-4b5a-4678-9abc-def012345678.tokens.sts.global.api.aws",
    };

    [Fact]
    public void A_binding_without_the_place_of_a_required_claim_is_told_what_to_add()
    {
        var problem = Assert.Single(Problems(Jenkins with { Claims = Places() }));

        Assert.Contains("project=MEMBER", problem, StringComparison.Ordinal);
        Assert.Contains("job's URL", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_places_of_claims_are_kept_as_lists_of_names()
    {
        var binding = Bind(Jenkins with { Claims = Places(("project", ["job.full/name"]), ("branch", ["git", "branch"])) });

        Assert.Equal(["job.full/name"], binding.Claims["project"]);
        Assert.Equal(["git", "branch"], binding.Claims["branch"]);
    }

    [Theory]
    [InlineData("jenkins", "colour", "no claim 'colour'")]
    [InlineData("jenkins", "build_number", "no claim 'build_number'")]
    public void Only_bound_claims_have_a_place_that_a_binding_says(string id, string claim, string problem) =>
        Assert.Contains(Problems(Jenkins with { Id = id, Claims = Places(("project", ["sub"]), (claim, ["x"])) }), text => text.Contains(problem, StringComparison.Ordinal));

    [Theory]
    [InlineData("iss")]
    [InlineData("aud")]
    [InlineData("jti")]
    [InlineData("exp")]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("caf\u00E9")]
    [InlineData("a", "b", "c", "d")]
    [InlineData()]
    public void A_place_is_one_to_three_plain_names_and_not_of_the_envelope(params string[] place) =>
        Assert.Single(Problems(Jenkins with { Claims = Places(("project", place)) }));

    [Theory]
    [InlineData(Sts, "request_tags")]
    [InlineData(Sts, "request_tags", "team")]
    [InlineData(Sts)]
    public void What_callers_choose_cannot_be_bound_under_a_trusted_name(params string[] place) =>
        Assert.Contains("chosen by callers", Assert.Single(Problems(Aws with { Claims = Places(("principal_tag", place)) })), StringComparison.Ordinal);

    [Fact]
    public void What_administrators_set_can_be_bound() =>
        Assert.Empty(Problems(Aws with { Claims = Places(("principal_tag", [Sts, "principal_tags", "team"])) }));

    [Fact]
    public void A_binding_may_require_what_is_optional_and_only_what_there_is()
    {
        Assert.Empty(Problems(Jenkins with { RequiredClaims = ["build_number"] }));
        Assert.Contains("no claim 'colour'", Assert.Single(Problems(Jenkins with { RequiredClaims = ["colour"] })), StringComparison.Ordinal);
        Assert.Contains("branch=MEMBER", Assert.Single(Problems(Jenkins with { RequiredClaims = ["branch"] })), StringComparison.Ordinal);
        Assert.Empty(Problems(Jenkins with { Claims = Places(("project", ["sub"]), ("branch", ["branch"])), RequiredClaims = ["branch"] }));
    }

    [Fact]
    public void A_requested_audience_is_the_registrys_own()
    {
        var draft = new BindingDraft { Id = "github", ProviderId = "github", Issuer = "https://token.actions.githubusercontent.com" };

        Assert.Same(Own, Bind(draft).Audiences(Own));
        Assert.Contains("not set by an administrator", Assert.Single(Problems(draft with { Audience = "other" })), StringComparison.Ordinal);
    }

    [Fact]
    public void A_configured_audience_is_the_registrys_own_or_the_one_that_the_binding_names()
    {
        Assert.Same(Own, Bind(Jenkins).Audiences(Own));
        Assert.Equal(["release"], Bind(Jenkins with { Audience = "release" }).Audiences(Own));
        Assert.Single(Problems(Jenkins with { Audience = "" }));
        Assert.Single(Problems(Jenkins with { Audience = "a\nb" }));
    }

    [Theory]
    [InlineData("azure-devops", "https://vstoken.dev.azure.com/0ca3ddd9-f0b0-4635-a98c-5866526961b6", "api://AzureADTokenExchange")]
    [InlineData("semaphore", "https://acme.semaphoreci.com", "https://acme.semaphoreci.com")]
    [InlineData("spacelift", "https://acme.app.spacelift.io", "acme.app.spacelift.io")]
    public void A_fixed_audience_needs_the_operators_leave(string provider, string issuer, string audience)
    {
        var draft = new BindingDraft { Id = "b", ProviderId = provider, Issuer = issuer };

        Assert.Contains("whoever else is handed one", Assert.Single(Problems(draft)), StringComparison.Ordinal);
        Assert.Equal([audience], Bind(draft with { AcceptSharedAudience = true }).Audiences(Own));
        Assert.Single(Problems(draft with { AcceptSharedAudience = true, Audience = "npm:packages.example.test" }));
    }

    [Fact]
    public void A_constant_without_a_default_must_be_said()
    {
        var draft = new BindingDraft { Id = "s", ProviderId = "spiffe", Issuer = "https://spire.corp.example" };

        Assert.Contains("trust_domain=VALUE", Assert.Single(Problems(draft)), StringComparison.Ordinal);
        Assert.Equal("corp.example", Bind(draft with { Constants = Constant("trust_domain", "corp.example") }).Constants["trust_domain"]);
        Assert.Single(Problems(draft with { Constants = Constant("trust_domain", "corp.example/ci") }));
        Assert.Single(Problems(draft with { Constants = Constant("trust_domain", "Corp.example") }));
    }

    [Fact]
    public void Where_owners_are_listed_a_project_without_one_teaches_nothing()
    {
        var bound = Bind(Jenkins with { LearnableOwners = ["65"] });

        Assert.True(bound.MayLearnOwner("65"));
        Assert.False(bound.MayLearnOwner("66"));
        Assert.False(bound.MayLearnOwner(null));
        Assert.True(Bind(Jenkins).MayLearnOwner(null));
    }

    [Theory]
    [InlineData("github", "https://token.actions.githubusercontent.com", "https://github.com")]
    [InlineData("github", "https://token.actions.githubusercontent.com/octocat-inc", "https://github.com")]
    [InlineData("github", "https://token.actions.corp.ghe.com", "https://corp.ghe.com")]
    [InlineData("github", "https://token.actions.corp.ghe.com/octocat-inc", "https://corp.ghe.com")]
    [InlineData("semaphore", "https://acme.semaphoreci.com", "https://acme.semaphoreci.com")]
    [InlineData("spacelift", "https://acme.app.spacelift.io", "https://acme.app.spacelift.io")]
    public void A_template_knows_its_own_web_address(string provider, string issuer, string web)
    {
        var draft = new BindingDraft { Id = "b", ProviderId = provider, Issuer = issuer, AcceptSharedAudience = true };

        Assert.Equal(web, Bind(draft).Constants["web"]);
        Assert.Equal("https://other.example", Bind(draft with { Constants = Constant("web", "https://other.example") }).Constants["web"]);
    }

    [Fact]
    public void An_exact_issuer_has_no_constant_of_a_template_that_would_match_it_too()
    {
        var rules = new IssuerRules
        {
            Exact = ["https://id.woodland.example"],
            Templates =
            [
                new IssuerTemplate
                {
                    Pattern = "https://{grove}.woodland.example",
                    Segments = new Dictionary<string, IssuerSegment> { ["grove"] = IssuerSegment.HostLabel },
                    Const = Constant("web", "https://{issuer.host}/trees"),
                },
            ],
        };

        Assert.Equal("https://sherwood.woodland.example/trees", rules.ConstantOf("https://sherwood.woodland.example", "web"));
        Assert.Null(rules.ConstantOf("https://id.woodland.example", "web"));
    }

    private static Dictionary<string, IReadOnlyList<string>> Places(params (string Claim, string[] Place)[] places) =>
        places.ToDictionary(place => place.Claim, place => (IReadOnlyList<string>)place.Place);

    private static Dictionary<string, string> Constant(string name, string value) => new() { [name] = value };

    private static IReadOnlyList<string> Problems(BindingDraft draft)
    {
        IssuerBinding.TryCreate(ProviderCatalog.Shipped, draft, out _, out var problems);
        return problems;
    }

    private static IssuerBinding Bind(BindingDraft draft) =>
        IssuerBinding.TryCreate(ProviderCatalog.Shipped, draft, out var binding, out var problems)
            ? binding
            : throw new InvalidOperationException(string.Join(' ', problems));
}
