using Assay.Trust.Policies;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;

namespace Assay.Core.Tests.Trust;

/// <summary>What each shipped definition tells people, and what it keeps to itself.</summary>
public sealed class ProviderTextTests
{
    private static readonly ProviderCatalog Catalog = ProviderCatalog.Shipped;

    public static TheoryData<string> Providers() => [.. Catalog.Ids];

    [Theory]
    [MemberData(nameof(Providers))]
    public void The_valid_run_is_recited_linked_and_recorded_without_anything_personal(string provider)
    {
        var claims = Fixture.Read(provider).Claims();

        Assert.True(claims.Recital.All(IsPrintable));
        Assert.All(claims.Definition.Run.Links.Keys, link => Assert.StartsWith("https://", claims.Link(link), StringComparison.Ordinal));
        Assert.DoesNotContain(claims.Recordable(), claim => claims.Definition.Claims[claim.Key].Personal);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void Each_gate_says_what_to_do_at_the_provider(string provider)
    {
        var fixture = Fixture.Read(provider);
        var gate = fixture.Definition.Policy.Gate;

        Assert.NotEmpty(gate.Proved.Select(proof => proof.Remedy).Concat(gate.DeclaredBy.Select(declared => declared.Check)));
        Assert.All(gate.DeclaredBy, declared => Assert.StartsWith("make sure ", declared.Check, StringComparison.Ordinal));
        var text = Gate.Describe(fixture.Definition, fixture.Policy());
        Assert.True(text.All(IsPrintable));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void Texts_are_plain_sentences_for_a_terminal(string provider)
    {
        var definition = Catalog.Find(provider)!;
        var sentences = definition.Refuse.Select(rule => rule.Because)
            .Concat(definition.Claims.Values.Select(claim => claim.Hint).OfType<string>())
            .Concat(definition.Policy.Pin.Select(pin => pin.Find).OfType<string>())
            .Concat(definition.Policy.Gate.Proved.Select(proof => proof.Remedy))
            .Append(definition.Policy.Gate.Advice);

        Assert.All(sentences, sentence =>
        {
            Assert.Equal(sentence, Notice.From(sentence, 2000));
            Assert.EndsWith(".", sentence, StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void Fields_are_asked_for_by_options_of_their_own(string provider)
    {
        var fields = Catalog.Find(provider)!.Policy.Fields;

        Assert.Equal(fields.Count, fields.Select(field => field.Option).Distinct().Count());
        Assert.All(fields, field => Assert.Matches("^--[a-z]+(-[a-z]+)*$", field.Option));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void Nothing_that_outsiders_choose_decides(string provider)
    {
        var fixture = Fixture.Read(provider);
        foreach (var (name, claim) in fixture.Definition.Claims.Where(claim => claim.Value is { Class: ClaimClass.Trap, Presence: ClaimPresence.Optional }))
        {
            var without = fixture.Payload.DeepClone().AsObject();
            without.Remove(claim.At[0]);

            // A claim that shares its outermost member with others is not tried: they would go too.
            if (fixture.Definition.Claims.Values.Count(other => other.At.Count > 0 && other.At[0] == claim.At[0]) == 1)
            {
                Assert.IsType<Assay.Trust.Evaluation.Decision.Granted>((fixture with { Payload = without }).Decide());
            }
            Assert.DoesNotContain(name, fixture.Claims().Definition.Policy.Fields.Select(field => field.Matches.Name));
        }
    }

    [Theory]
    [InlineData("github", "actor", "octocat")]
    [InlineData("gitlab", "user_login", "octocat")]
    [InlineData("gitlab", "user_email", "octocat@example.test")]
    [InlineData("codefresh", "initiator", "codefresh-user")]
    [InlineData("codefresh", "scm_user_name", "git-user-name")]
    [InlineData("forgejo", "actor", "octocat")]
    [InlineData("harness", "triggered_by_email", "octocat@example.test")]
    [InlineData("teamcity", "triggered_by", "octocat")]
    [InlineData("activestate", "actor", "fakeuser")]
    public void Persons_can_be_compared_and_are_not_recorded(string provider, string claim, string value)
    {
        var claims = Fixture.Read(provider).Claims();

        Assert.Equal(value, claims[claim]);
        Assert.DoesNotContain(claims.Recordable(), recorded => recorded.Key == claim);
    }

    [Fact]
    public void A_refusal_of_a_personal_value_does_not_show_it()
    {
        var github = Fixture.GitHub();
        var definition = github.Definition with
        {
            Refuse = [new RefuseRule { Claim = "actor", In = ["octocat"], Code = RefusalCodes.RunNotAllowed, Because = "Not this one." }],
        };

        var refusal = (github with { Definition = definition }).TokenRefusal();

        Assert.Equal("Claim 'actor' has a value that is not accepted. Not this one.", refusal.PublicText);
    }

    [Fact]
    public void A_missing_claim_says_how_to_get_it_sent() =>
        Assert.Contains(
            "BUILDKITE_OIDC_TOKEN_CLAIMS=organization_id,pipeline_id",
            Fixture.Read("buildkite").With("organization_id", null).TokenRefusal().PublicText,
            StringComparison.Ordinal);

    [Fact]
    public void A_nested_claim_is_named_from_the_outside_in() =>
        Assert.Contains(
            "'kubernetes.io > serviceaccount > uid'",
            Fixture.Read("kubernetes").Patched(System.Text.Json.Nodes.JsonNode.Parse("""{"kubernetes.io":{"serviceaccount":{"uid":null}}}""")!.AsObject())
                .TokenRefusal().PublicText,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("google", "www.googleapis.com")]
    [InlineData("github", null)]
    public void Keys_lie_on_the_issuers_host_or_where_the_definition_says(string provider, string? host) =>
        Assert.Equal(host is null ? [] : [host], Catalog.Find(provider)!.Keys.Hosts);

    [Fact]
    public void Facts_have_one_word_at_every_provider()
    {
        Assert.Equal("octo-org/octo-repo", Fixture.GitHub().Claims().Fact(RunShape.Repository));
        Assert.Equal(".gitlab-ci.yml", Fixture.GitLab().Claims().Fact(RunShape.Workflow));
        Assert.Equal(".forgejo/workflows/publish.yml", Fixture.Read("forgejo").Claims().Fact(RunShape.Workflow));
        Assert.Equal("c291ea713801eb300054d353d279e7b02331f671", Fixture.Read("azure-devops").Claims().Fact(RunShape.Commit));
        Assert.Null(Fixture.Read("google").Claims().Fact(RunShape.Commit));
    }

    [Theory]
    [InlineData("spiffe", "spiffe_id")]
    [InlineData("teamcity", "build_type")]
    [InlineData("jenkins", "project")]
    [InlineData("vault", "entity_id")]
    public void What_a_field_says_need_not_be_said_again(string provider, string claim)
    {
        var fixture = Fixture.Read(provider).Unpinned();

        Assert.True(fixture.Policy().IsPinned(fixture.Definition));
        Assert.Equal(fixture.Claims()[claim], fixture.Policy().Pins[claim]);
    }

    [Theory]
    [InlineData("bitbucket", "OpenID Connect")]
    [InlineData("spacelift", "space's id")]
    [InlineData("generic", "binding names as the project")]
    public void An_id_that_must_be_given_says_where_to_find_it(string provider, string text)
    {
        var fixture = Fixture.Read(provider).Unpinned();

        Assert.False(TrustPolicy.TryCreate(fixture.Definition, fixture.Draft, new PolicyLife("p", fixture.Now), out _, out var problems));
        Assert.Contains(problems, problem => problem.Contains(text, StringComparison.Ordinal));
    }

    private static bool IsPrintable(char character) => character is >= ' ' and <= '~';
}
