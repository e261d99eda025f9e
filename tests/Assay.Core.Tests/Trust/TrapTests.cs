using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Trust;
using Assay.Trust.Bindings;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Policies.Conditions;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;
using Microsoft.IdentityModel.Tokens;

namespace Assay.Core.Tests.Trust;

/// <summary>The mistakes that others made with identity tokens, one test each.</summary>
public sealed class TrapTests
{
    private readonly Fixture github = Fixture.GitHub();
    private readonly Fixture gitlab = Fixture.GitLab();

    [Theory]
    [InlineData("github")]
    [InlineData("gitlab")]
    [InlineData("circleci")]
    [InlineData("buildkite")]
    [InlineData("bitbucket")]
    [InlineData("codefresh")]
    [InlineData("semaphore")]
    [InlineData("forgejo")]
    [InlineData("depot")]
    [InlineData("terraform")]
    [InlineData("spacelift")]
    [InlineData("buddy")]
    [InlineData("flyio")]
    [InlineData("activestate")]
    public void A_composed_subject_is_never_the_identity(string provider)
    {
        var fixture = Fixture.Read(provider);

        Assert.Equal(ClaimClass.Trap, fixture.Definition.Claims["sub"].Class);
        Assert.IsType<Decision.Granted>(fixture.With("sub", "somebody:else").Decide());
    }

    [Fact]
    public void A_name_that_was_freed_and_taken_is_somebody_else() =>
        Assert.Equal(RefusalCodes.NoMatchingPolicy, github.With("repository_id", "990074").With("repository_owner_id", "990065").Refused().Refusal.Code);

    [Fact]
    public void A_pull_request_target_looks_like_the_default_branch_and_is_refused()
    {
        var run = github.With("event_name", "pull_request_target").With("head_ref", "");

        Assert.Equal(RefusalCodes.EventNotAllowed, run.TokenRefusal().Code);
    }

    [Theory]
    [InlineData("workflow_run")]
    [InlineData("issue_comment")]
    [InlineData("discussion_comment")]
    [InlineData("an_event_of_next_year")]
    public void Events_are_an_allow_list(string name) => Assert.Equal(RefusalCodes.EventNotAllowed, github.With("event_name", name).TokenRefusal().Code);

    [Theory]
    [InlineData("github")]
    [InlineData("gitlab")]
    [InlineData("forgejo")]
    [InlineData("generic")]
    public void Repository_and_workflow_alone_do_not_make_a_release(string provider)
    {
        var fixture = Fixture.Read(provider);
        var proved = fixture with { Draft = fixture.Draft with { Gate = new Gate.Proved() } };

        Assert.Equal(RefusalCodes.ReleaseGateNotMet, Unprotected(proved).Refused().Refusal.Code);
    }

    [Theory]
    [InlineData("buildkite")]
    [InlineData("bitbucket")]
    [InlineData("azure-devops")]
    [InlineData("codefresh")]
    [InlineData("semaphore")]
    [InlineData("jenkins")]
    [InlineData("depot")]
    [InlineData("buddy")]
    [InlineData("teamcity")]
    [InlineData("flyio")]
    [InlineData("google")]
    [InlineData("aws")]
    [InlineData("kubernetes")]
    [InlineData("spiffe")]
    [InlineData("vault")]
    public void Where_the_issuer_proves_nothing_a_policy_without_a_declared_gate_is_told_what_to_add(string provider)
    {
        var fixture = Fixture.Read(provider);
        var gates = fixture.Definition.Policy.Gate.DeclaredBy.Where(declared => declared.Implied).Select(declared => declared.Field);
        var fields = fixture.Draft.Fields.Where(field => !gates.Contains(field.Key)).ToDictionary();

        Assert.False(TrustPolicy.TryCreate(
            fixture.Definition, fixture.Draft with { Gate = null, Fields = fields }, new PolicyLife("p", fixture.Now), out _, out var problems));
        Assert.Contains(problems, problem => problem.Contains(fixture.Definition.Policy.Gate.Advice, StringComparison.Ordinal));
    }

    [Fact]
    public void The_caller_lives_in_the_tokens_own_repository()
    {
        var run = github.With("workflow_ref", "octo-org/octo-automation/.github/workflows/publish.yml@refs/tags/v1.2.3");

        Assert.Equal(RefusalCodes.WorkflowUnreadable, run.TokenRefusal().Code);
    }

    [Fact]
    public void A_fork_that_runs_in_its_parents_project_is_refused_even_unlabelled() =>
        Assert.Equal(RefusalCodes.ClaimsInconsistent, gitlab.With("project_id", "99999999").TokenRefusal().Code);

    [Fact]
    public void One_token_may_come_again_for_another_package_and_not_for_the_same()
    {
        var first = ReplayKey.Of(gitlab.Claims(), "@acme/x", ActionClass.Publish);

        Assert.Equal(first, ReplayKey.Of(gitlab.Claims(), "@acme/x", ActionClass.Publish));
        Assert.NotEqual(first, ReplayKey.Of(gitlab.Claims(), "@acme/y", ActionClass.Publish));
        Assert.NotEqual(first, ReplayKey.Of(gitlab.Claims(), "@acme/x", ActionClass.Tags));
    }

    [Fact]
    public void A_token_without_jti_is_known_by_what_is_signed_however_it_is_signed()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var kubernetes = Fixture.Read("kubernetes").With("jti", null);
        var header = TestIssuer.Header();
        header["alg"] = "ES256";
        string Sign() => TestIssuer.Assemble(header, kubernetes.Payload.ToJsonString(), bytes => curve.SignData(bytes, HashAlgorithmName.SHA256));
        var (one, other) = (Sign(), Sign());

        Assert.NotEqual(one, other);
        Assert.Equal(Id(one), Id(other));

        string Id(string text) => Assert.IsType<Verification.Verified>(kubernetes.Verify(text, CurveKey(curve))).Claims.ReplayId;
    }

    [Theory]
    [InlineData("buildkite", "build_tag")]
    [InlineData("forgejo", "head_ref")]
    public void Null_empty_and_absent_are_one_case(string provider, string claim)
    {
        var fixture = Fixture.Read(provider);
        var absent = fixture.Payload.DeepClone().AsObject();
        absent.Remove(claim);

        Assert.Null(fixture.With(claim, null).Claims()[claim]);
        Assert.Null(fixture.With(claim, "").Claims()[claim]);
        Assert.Null((fixture with { Payload = absent }).Claims()[claim]);
    }

    [Theory]
    [InlineData("kubernetes")]
    [InlineData("depot")]
    [InlineData("spiffe")]
    public void An_audience_list_holds_one_and_never_two(string provider)
    {
        var fixture = Fixture.Read(provider);

        Assert.NotNull(fixture.Claims());
        Assert.Equal(RefusalCodes.WrongAudience, fixture.With("aud", new JsonArray(fixture.Audience, "other")).TokenRefusal().Code);
    }

    [Theory]
    [InlineData("azure-devops")]
    [InlineData("semaphore")]
    [InlineData("spacelift")]
    public void A_token_that_is_good_elsewhere_too_needs_the_operators_leave(string provider)
    {
        var issuer = Fixture.Read(provider).Binding.Issuer;

        Assert.False(IssuerBinding.TryCreate(
            ProviderCatalog.Shipped, new BindingDraft { Id = "b", ProviderId = provider, Issuer = issuer }, out _, out var problems));
        Assert.Contains("Accept the shared audience", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gitlab", 86_400)]
    [InlineData("terraform", 86_400)]
    [InlineData("kubernetes", 7_200)]
    [InlineData("buildkite", 600)]
    public void Lifetimes_are_limited_provider_by_provider(string provider, int seconds)
    {
        var fixture = Fixture.Read(provider);
        var issued = Fixture.IssuedAt(fixture.Payload).ToUnixTimeSeconds();

        Assert.NotNull(fixture.With("exp", issued + seconds).Claims());
        Assert.Equal(RefusalCodes.TokenLivesTooLong, fixture.With("exp", issued + seconds + 1).TokenRefusal().Code);
    }

    [Theory]
    [InlineData("github", "repository_id", "74")]
    [InlineData("github", "ref_protected", "true")]
    [InlineData("circleci", "oidc.circleci.com/ssh-rerun", "\"false\"")]
    [InlineData("google", "email_verified", "\"true\"")]
    [InlineData("buildkite", "build_number", "\"5\"")]
    [InlineData("buddy", "pipeline_id", "\"45289\"")]
    public void A_value_of_another_type_is_another_value(string provider, string claim, string json) =>
        Assert.Equal(RefusalCodes.ClaimMalformed, Fixture.Read(provider).With(claim, JsonNode.Parse(json)).TokenRefusal().Code);

    [Fact]
    public void A_claim_name_with_dots_is_one_name()
    {
        var forged = Fixture.CircleCi().With("oidc.circleci.com/project-id", null)
            .With("oidc", JsonNode.Parse("""{"circleci":{"com/project-id":"5a301f56-eaa7-4cce-9441-37810f7c8452"}}"""));

        Assert.Equal(RefusalCodes.ClaimMissing, forged.TokenRefusal().Code);
    }

    [Theory]
    [InlineData("github", "https://token.actions.githubusercontent.com/octocat-inc", "enterprise", "other")]
    [InlineData("circleci", "https://oidc.circleci.com/org/11111111-2222-3333-4444-555555555555", null, null)]
    [InlineData("azure-devops", "https://vstoken.dev.azure.com/11111111-2222-3333-4444-555555555555", null, null)]
    [InlineData("harness", "https://app.harness.io/ng/api/oidc/account/mallory", null, null)]
    public void What_the_issuer_names_must_be_what_the_claims_say(string provider, string issuer, string? claim, string? value)
    {
        var fixture = Fixture.Read(provider) with { Binding = Bind(provider, issuer) };
        fixture = fixture.With("iss", issuer);

        Assert.Equal(RefusalCodes.ClaimsInconsistent, (claim is null ? fixture : fixture.With(claim, value)).TokenRefusal().Code);
    }

    [Fact]
    public void A_strange_issuer_is_refused_before_any_key_is_asked_for()
    {
        var text = TestIssuer.Sign(github.With("iss", "https://actions-public-oidc.example").Payload);

        Assert.Equal(RefusalCodes.UnknownIssuer, Assert.IsType<Verification.Refused>(github.Verify(text, [])).Refusal.Code);
    }

    [Fact]
    public void A_runner_that_looks_like_githubs_is_known_by_its_issuer()
    {
        foreach (var look in new[] { "forgejo", "depot" })
        {
            var token = TestIssuer.Sign(Fixture.Read(look).Payload);
            Assert.Equal(RefusalCodes.UnknownIssuer, Assert.IsType<Verification.Refused>(github.Verify(token)).Refusal.Code);
        }
    }

    [Theory]
    [InlineData("github", "https://ghes.corp.example/_services/token")]
    [InlineData("gitlab", "https://gitlab.corp.example")]
    [InlineData("forgejo", "https://codeberg.example/api/actions")]
    public void The_same_ids_at_two_servers_are_two_projects(string provider, string issuer)
    {
        var fixture = Fixture.Read(provider);
        var elsewhere = fixture with { Binding = Bind(provider, issuer) };

        Assert.NotEqual(fixture.Claims().ProjectKey, elsewhere.With("iss", issuer).Claims().ProjectKey);
        Assert.IsType<Decision.Refused>(elsewhere.With("iss", issuer).Decide());
    }

    [Theory]
    [InlineData("codefresh", "platform_url")]
    [InlineData("buddy", "base_url")]
    [InlineData("azure-devops", "rpo_uri")]
    public void A_claim_that_names_a_host_leads_nobody_there(string provider, string claim)
    {
        var claims = Fixture.Read(provider).With(claim, "https://evil.example").Claims();

        Assert.DoesNotContain(claims.Definition.Run.Links.Keys, link => claims.Link(link)!.Contains("evil", StringComparison.Ordinal));
    }

    [Fact]
    public void An_environment_is_a_label_until_it_is_protected()
    {
        var named = gitlab.WithField("environment", "production").With("environment", "production").With("ref_protected", "false");

        Assert.Equal(RefusalCodes.ReleaseGateNotMet, named.With("environment_protected", "false").Refused().Refusal.Code);
        Assert.IsType<Decision.Granted>(named.With("environment_protected", "true").Decide());
    }

    [Fact]
    public void Jobs_with_a_shell_in_them_publish_nothing()
    {
        Assert.Equal(RefusalCodes.RunNotAllowed, Fixture.CircleCi().With("oidc.circleci.com/ssh-rerun", true).TokenRefusal().Code);
        Assert.Equal(RefusalCodes.RunNotAllowed, Fixture.Read("semaphore").With("job_type", "debug_job").TokenRefusal().Code);
    }

    [Fact]
    public void Buildkite_ids_are_asked_for_branches_may_be_a_forks_and_commits_may_be_none()
    {
        var buildkite = Fixture.Read("buildkite");

        Assert.Contains("--claim organization_id", buildkite.With("organization_id", null).TokenRefusal().PublicText, StringComparison.Ordinal);
        Assert.Equal(RefusalCodes.RunNotAllowed, buildkite.With("build_branch", "mallory:main").TokenRefusal().Code);
        Assert.Equal(RefusalCodes.ClaimMalformed, buildkite.With("build_commit", "HEAD").TokenRefusal().Code);
    }

    [Fact]
    public void A_tag_with_an_at_sign_is_peeled_and_not_split()
    {
        const string Ref = "refs/tags/create-vite@5.0.0/release.yml@x";
        var run = github.With("ref", Ref)
            .With("workflow_ref", $"octo-org/octo-repo/.github/workflows/publish.yml@{Ref}")
            .With("job_workflow_ref", $"octo-org/octo-repo/.github/workflows/publish.yml@{Ref}");

        Assert.Equal("publish.yml", run.Claims().Derived("workflow_file"));
    }

    [Fact]
    public void A_claim_never_takes_the_place_of_a_constant()
    {
        var run = gitlab.With("config_host", "gitlab.example.com").With("web", "https://evil.example");

        Assert.StartsWith("https://gitlab.com/", run.Claims().Link("project"), StringComparison.Ordinal);
        Assert.Equal(
            RefusalCodes.WorkflowUnreadable,
            run.With("ci_config_ref_uri", "gitlab.example.com/octocat/hello-world//.gitlab-ci.yml@refs/heads/main").TokenRefusal().Code);
    }

    [Fact]
    public void Duplicate_members_control_characters_and_reordering_marks_do_no_harm()
    {
        var payload = github.Payload.ToJsonString();
        var doubled = payload[..^1] + ",\"repository_id\":\"75\"}";

        Assert.Equal(RefusalCodes.MalformedToken, Assert.IsType<Verification.Refused>(github.Verify(TestIssuer.Sign(TestIssuer.Header(), doubled))).Refusal.Code);
        Assert.Equal(RefusalCodes.ClaimMalformed, github.With("environment", "a\nb").TokenRefusal().Code);
        Assert.DoesNotContain('\u202E', github.With("environment", "a\u202Eb").Claims().Recital);
    }

    [Fact]
    public void Persons_stay_out_of_what_is_kept_and_said()
    {
        var claims = gitlab.Claims();

        Assert.DoesNotContain(claims.Recordable(), claim => claim.Value.Contains('@', StringComparison.Ordinal) && claim.Key.Contains("user", StringComparison.Ordinal));
        Assert.DoesNotContain("octocat@example.test", claims.Recital, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ProviderTextTests.Providers), MemberType = typeof(ProviderTextTests))]
    public void A_provider_may_add_claims_any_day_and_not_drop_one(string provider)
    {
        var fixture = Fixture.Read(provider);

        Assert.IsType<Decision.Granted>(fixture.With("a_claim_of_next_year", new JsonObject { ["x"] = 1 }).Decide());
        Assert.Equal(fixture.Claims().UndeclaredClaims + 1, fixture.With("a_claim_of_next_year", "x").Claims().UndeclaredClaims);
        foreach (var (name, claim) in fixture.Definition.Claims.Where(claim => claim.Value.Presence is ClaimPresence.Required))
        {
            Assert.Equal(RefusalCodes.ClaimMissing, fixture.Patched(Removing(fixture.Binding.Place(name, claim))).TokenRefusal().Code);
        }
    }

    [Theory]
    [InlineData("aws", "request_tags")]
    [InlineData("buildkite", "build_branch")]
    [InlineData("semaphore", "branch")]
    [InlineData("codefresh", "platform_url")]
    [InlineData("github", "sub")]
    public void A_policy_that_rests_on_what_callers_choose_is_not_saved(string provider, string claim)
    {
        var fixture = Fixture.Read(provider);
        var when = new Condition.Compare(new ValueReference(ValueSource.Claim, claim), ConditionOperator.In, ["x"]);
        var field = new Dictionary<string, IReadOnlyList<string>>(fixture.Draft.Fields) { [claim] = ["x"] };

        Assert.Contains("callers or outsiders choose it", Problem(fixture with { Draft = fixture.Draft with { When = when } }), StringComparison.Ordinal);
        Assert.Contains($"no field '{claim}'", Problem(fixture with { Draft = fixture.Draft with { Fields = field } }), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_policies_that_match_by_halves_do_not_make_one()
    {
        var environment = github.WithField("environment", "release").Policy("a");
        var file = github.WithField("workflow", "other.yml").Policy("b");

        Assert.IsType<Decision.Refused>(github.Decide([environment, file]));
    }

    [Fact]
    public void The_window_for_learning_ids_closes()
    {
        var waiting = github.Unpinned() with { ArmedAt = github.Now.AddDays(-8) };

        Assert.Contains(RefusalCodes.PolicyInert, waiting.Refused().Refusal.PrivateDetail, StringComparison.Ordinal);
    }

    private static string Problem(Fixture fixture)
    {
        Assert.False(TrustPolicy.TryCreate(fixture.Definition, fixture.Draft, new PolicyLife("p", fixture.Now), out _, out var problems));
        return string.Join(' ', problems);
    }

    private static Fixture Unprotected(Fixture fixture) =>
        fixture.Definition.Id == "generic" ? fixture.With("protected", false) : fixture.With("ref_protected", "false");

    private static JsonObject Removing(IReadOnlyList<string> place) =>
        new() { [place[0]] = place.Count == 1 ? null : Removing([.. place.Skip(1)]) };

    private static IssuerBinding Bind(string provider, string issuer)
    {
        var draft = new BindingDraft
        {
            Id = issuer,
            ProviderId = provider,
            Issuer = issuer,
            Names = ["@acme/*"],
            Constants = provider == "forgejo" ? new Dictionary<string, string> { ["web"] = "https://codeberg.example" } : [],
            AcceptSharedAudience = true,
        };
        return IssuerBinding.TryCreate(ProviderCatalog.Shipped, draft, out var binding, out var problems)
            ? binding
            : throw new InvalidOperationException(string.Join(' ', problems));
    }

    private static JsonWebKey CurveKey(ECDsa curve)
    {
        var key = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(ECDsa.Create(curve.ExportParameters(false))));
        key.Kid = TestIssuer.KeyId;
        key.Use = "sig";
        return key;
    }
}
