using System.Text.Json.Nodes;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;

namespace Assay.Core.Tests.Trust;

public sealed class ClaimTests
{
    private readonly Fixture github = Fixture.GitHub();

    [Fact]
    public void Verified_claims_name_project_owner_run_and_links()
    {
        var claims = github.Claims();

        Assert.Equal("74", claims.ProjectId);
        Assert.Equal("65", claims.OwnerId);
        Assert.Equal("9876543210", claims.RunId);
        Assert.Equal("https://token.actions.githubusercontent.com", claims.ProjectKey.Issuer);
        Assert.Equal("publish.yml", claims.Derived("workflow_file"));
        Assert.Equal("https://github.com/octo-org/octo-repo/actions/runs/9876543210/attempts/1", claims.Link("run"));
        Assert.Null(claims.Link("nothing"));
    }

    [Theory]
    [InlineData("{const.web}/x/{claim.environment}", "https://github.com/x/eu%2Fwest%3Fa%3Db%23%40")]
    [InlineData("{const.web}/x/{claim.environment:path}", "https://github.com/x/eu/west%3Fa%3Db%23%40")]
    [InlineData("{const.web}/x/{claim.environment:path}/{claim.environment}", "https://github.com/x/eu/west%3Fa%3Db%23%40/eu%2Fwest%3Fa%3Db%23%40")]
    public void A_claim_in_a_link_stays_in_its_place(string template, string link)
    {
        var run = github.Definition.Run with { Links = new Dictionary<string, string> { ["x"] = template } };
        var linked = github with { Definition = github.Definition with { Run = run } };

        Assert.Equal(link, linked.With("environment", "eu/west?a=b#@").Claims().Link("x"));
    }

    [Fact]
    public void Claims_derived_values_and_constants_are_found_under_their_own_source_only()
    {
        var claims = github.Claims();

        Assert.Equal("octo-org/octo-repo", claims.Find(new ValueReference(ValueSource.Claim, "repository"))?.Text);
        Assert.Null(claims.Find(new ValueReference(ValueSource.Derived, "repository")));
        Assert.Null(claims.Find(new ValueReference(ValueSource.Constant, "repository")));
        Assert.Equal("publish.yml", claims.Find(new ValueReference(ValueSource.Derived, "workflow_file"))?.Text);
        Assert.Null(claims.Find(new ValueReference(ValueSource.Claim, "workflow_file")));
        Assert.Null(claims.Find(new ValueReference(ValueSource.Constant, "workflow_file")));
        Assert.Equal("https://github.com", claims.Find(new ValueReference(ValueSource.Constant, "web"))?.Text);
        Assert.Null(claims.Find(new ValueReference(ValueSource.Claim, "web")));
        Assert.Null(claims.Find(new ValueReference(ValueSource.Derived, "web")));
    }

    [Fact]
    public void The_recital_says_what_was_presented()
    {
        Assert.StartsWith(
            "repository octo-org/octo-repo, workflow publish.yml, ref refs/tags/v1.2.3, protected yes, environment none, event push",
            github.Claims().Recital,
            StringComparison.Ordinal);
        Assert.Contains("context ids a74579f1-2e7d-451e-b009-5c082ad2729e, cb32986e", Fixture.CircleCi().Claims().Recital, StringComparison.Ordinal);
    }

    [Fact]
    public void The_recital_is_printable_and_bounded()
    {
        var recital = github.With("environment", "a\u202Eb\u00E9" + new string('c', 500)).Claims().Recital;

        Assert.Contains("environment a?b?ccc", recital, StringComparison.Ordinal);
        Assert.True(recital.Length < 600);
    }

    [Theory]
    [InlineData("environment")]
    [InlineData("ref_protected")]
    [InlineData("head_ref")]
    public void Null_empty_and_missing_are_one_case(string claim)
    {
        var missing = github.Payload.DeepClone().AsObject();
        missing.Remove(claim);

        Assert.Null(github.With(claim, null).Claims()[claim]);
        Assert.Null(github.With(claim, "").Claims()[claim]);
        Assert.Null((github with { Payload = missing }).Claims()[claim]);
    }

    [Theory]
    [InlineData("github", "repository_id")]
    [InlineData("github", "repository_owner_id")]
    [InlineData("github", "repository")]
    [InlineData("github", "workflow_ref")]
    [InlineData("github", "job_workflow_ref")]
    [InlineData("github", "event_name")]
    [InlineData("github", "runner_environment")]
    [InlineData("gitlab", "project_id")]
    [InlineData("gitlab", "namespace_id")]
    [InlineData("gitlab", "ci_config_ref_uri")]
    [InlineData("gitlab", "ref_protected")]
    [InlineData("gitlab", "pipeline_source")]
    [InlineData("circleci", "oidc.circleci.com/org-id")]
    [InlineData("circleci", "oidc.circleci.com/project-id")]
    [InlineData("circleci", "oidc.circleci.com/vcs-origin")]
    [InlineData("circleci", "oidc.circleci.com/vcs-ref")]
    [InlineData("circleci", "oidc.circleci.com/ssh-rerun")]
    public void Required_claims_must_be_there(string provider, string claim)
    {
        var refusal = Fixture.Read(provider).With(claim, null).TokenRefusal();

        Assert.Equal(RefusalCodes.ClaimMissing, refusal.Code);
        Assert.Contains(claim, refusal.PublicText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pull_request_target")]
    [InlineData("pull_request_review")]
    [InlineData("workflow_run")]
    [InlineData("issue_comment")]
    [InlineData("issues")]
    [InlineData("discussion")]
    [InlineData("fork")]
    [InlineData("watch")]
    [InlineData("merge_group")]
    [InlineData("Push")]
    public void Events_that_outsiders_start_never_publish(string name) =>
        Assert.Equal(RefusalCodes.EventNotAllowed, github.With("event_name", name).TokenRefusal().Code);

    [Theory]
    [InlineData("external_pull_request_event")]
    [InlineData("external")]
    [InlineData("chat")]
    [InlineData("security_orchestration_policy")]
    public void Sources_that_outsiders_start_never_publish(string name) =>
        Assert.Equal(RefusalCodes.EventNotAllowed, Fixture.GitLab().With("pipeline_source", name).TokenRefusal().Code);

    [Theory]
    [InlineData("github", "event_name", "pull_request")]
    [InlineData("gitlab", "pipeline_source", "merge_request_event")]
    public void Runs_that_may_read_and_never_write_say_why(string provider, string claim, string value)
    {
        var claims = Fixture.Read(provider).With(claim, value).Claims();

        Assert.Equal(RefusalCodes.EventNotAllowed, claims.WriteRefusal?.Code);
        Assert.Null(Fixture.Read(provider).Claims().WriteRefusal);
    }

    [Theory]
    [InlineData("head_ref", "patch-1")]
    [InlineData("ref", "refs/pull/7/merge")]
    public void Fork_markers_never_publish(string claim, string value) =>
        Assert.Equal(RefusalCodes.RunNotAllowed, github.With(claim, value).TokenRefusal().Code);

    [Theory]
    [InlineData("repo:octo-org@65/octo-repo:ref:refs/heads/main")]
    [InlineData("repo:octo-org@66/octo-repo@74:ref:refs/heads/main")]
    [InlineData("repo:octo-org@65@65/octo-repo@74:ref:refs/heads/main")]
    [InlineData("repo:octo-org@65/octo-repo@74@75:ref:refs/heads/main")]
    [InlineData("repo:octo-org@65/octo-repo@74/x:ref:refs/heads/main")]
    [InlineData("repo:@")]
    public void Ids_inside_the_subject_must_be_those_of_the_claims(string subject) =>
        Assert.Equal(RefusalCodes.ClaimsInconsistent, github.With("sub", subject).TokenRefusal().Code);

    [Theory]
    [InlineData("anything")]
    [InlineData("repo:octo-org/octo-repo:environment:a@b")]
    public void The_subject_proves_nothing_else(string subject) => Assert.IsType<Assay.Trust.Evaluation.Decision.Granted>(github.With("sub", subject).Decide());

    [Fact]
    public void Unknown_claims_are_counted_and_unreachable()
    {
        var claims = github.With("web", "https://evil.example").With("novel", JsonValue.Create(1)).Claims();

        Assert.Equal(github.Claims().UndeclaredClaims + 2, claims.UndeclaredClaims);
        Assert.Null(claims["web"]);
        Assert.StartsWith("https://github.com/", claims.Link("project"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5", "5")]
    [InlineData("0", "0")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("5.0", null)]
    [InlineData("5e0", null)]
    [InlineData("-5", null)]
    [InlineData("123456789012345678901234567890123", null)]
    [InlineData("true", null)]
    [InlineData("\"5\"", null)]
    [InlineData("[5]", null)]
    public void An_integer_is_its_digits(string json, string? expected)
    {
        var claims = Fixture.Read("buildkite").With("build_number", JsonNode.Parse(json));

        if (expected is null)
        {
            Assert.Equal(RefusalCodes.ClaimMalformed, claims.TokenRefusal().Code);
        }
        else
        {
            Assert.Equal(expected, claims.Claims().RunId);
        }
    }

    [Fact]
    public void Large_ids_that_floating_point_would_make_equal_are_different()
    {
        var buddy = Fixture.Read("buddy");

        Assert.NotEqual(
            buddy.With("pipeline_id", 9007199254740993).Claims().ProjectId, buddy.With("pipeline_id", 9007199254740992).Claims().ProjectId);
    }

    [Fact]
    public void A_list_of_texts_is_kept_item_by_item_and_refused_when_one_is_none()
    {
        const string Sts = "https://sts.amazonaws.com/";
        var aws = Fixture.Read("aws");

        Assert.Equal(["o-abc1234567/r-ab12/ou-ab12-11111111/"], aws.Claims().Items("ou_path"));
        Assert.Equal(
            RefusalCodes.ClaimMalformed,
            aws.Patched(new JsonObject { [Sts] = new JsonObject { ["ou_path"] = new JsonArray("a", 1) } }).TokenRefusal().Code);
    }

    [Fact]
    public void An_empty_list_is_absent()
    {
        var aws = Fixture.Read("aws").Patched(new JsonObject { ["https://sts.amazonaws.com/"] = new JsonObject { ["ou_path"] = new JsonArray() } });

        Assert.Null(aws.Claims()["ou_path"]);
    }

    [Theory]
    [InlineData("role-arn", "arn:aws:iam::123456789012:role/Release", true)]
    [InlineData("role-arn", "arn:aws:iam::123456789012:role/*", false)]
    [InlineData("role-arn", "arn:aws:iam::123456789012:user/Release", false)]
    [InlineData("role-arn", "arn:aws:iam::12345678901:role/Release", false)]
    [InlineData("aws-account", "123456789012", true)]
    [InlineData("aws-account", "12345678901a", false)]
    [InlineData("aws-account", "1234567890123", false)]
    [InlineData("callee", "acme/ci/.github/workflows/npm.yml@refs/tags/v1", true)]
    [InlineData("callee", "acme/ci/.github/workflows/*.yml@refs/tags/v1", false)]
    [InlineData("callee", "acme/ci/.github/workflows/sub/npm.yml@refs/tags/v1", false)]
    [InlineData("callee", "acme/ci/x/.github/workflows/npm.yml@refs/tags/v1", false)]
    [InlineData("callee", "acme/ci/.github/workflows/npm.yml@v1", false)]
    [InlineData("full-ref", "refs/heads/main", true)]
    [InlineData("full-ref", "main", false)]
    [InlineData("service-account", "release@acme.iam.gserviceaccount.com", true)]
    [InlineData("service-account", "release@acme.example", false)]
    [InlineData("service-account", "123-compute@developer.gserviceaccount.com", false)]
    [InlineData("git-sha", "d5f2a9c3b7e84f0a1c6d2e9b8a7f6e5d4c3b2a19", true)]
    [InlineData("git-sha", "D5F2A9C3B7E84F0A1C6D2E9B8A7F6E5D4C3B2A19", false)]
    [InlineData("git-sha", "d5f2a9c3b7e84f0a1c6d2e9b8a7f6e5d4c3b2a1", false)]
    [InlineData("workflow-path", ".forgejo/workflows/publish.yml", true)]
    [InlineData("workflow-path", ".circleci/workflows/publish.yml", false)]
    [InlineData("workflow-path", "xforgejo/workflows/publish.yml", false)]
    [InlineData("sha256-digest", "sha256:d5f2a9c3b7e84f0a1c6d2e9b8a7f6e5d4c3b2a19", false)]
    [InlineData("azure-pipeline", "p://acme/web/release", true)]
    [InlineData("azure-pipeline", "sc://acme/web/release", false)]
    public void A_value_has_the_form_that_its_definition_asks_for(string format, string value, bool accepted) =>
        Assert.Equal(accepted, ValueFormats.Accepts(format, value));

    [Fact]
    public void A_spiffe_id_has_a_bounded_length()
    {
        Assert.True(ValueFormats.Accepts("spiffe-id", "spiffe://corp.example/" + new string('a', 2026)));
        Assert.False(ValueFormats.Accepts("spiffe-id", "spiffe://corp.example/" + new string('a', 2027)));
    }

    [Fact]
    public void Only_absence_holds_for_a_claim_that_is_not_there()
    {
        Assert.True(new ClaimCondition { Claim = "x", Absent = true }.Holds(null));
        Assert.False(new ClaimCondition { Claim = "x", Present = true }.Holds(null));
        Assert.False(new ClaimCondition { Claim = "x", NotIn = ["a"] }.Holds(null));
        Assert.False(new ClaimCondition { Claim = "x", NotMatches = ["a"] }.Holds(null));
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("b", true)]
    [InlineData("c", false)]
    public void Of_a_list_one_item_that_holds_is_enough(string item, bool holds)
    {
        var value = new ClaimValue("a", "b");

        Assert.Equal(holds, new ClaimCondition { Claim = "x", In = [item] }.Holds(value));
        Assert.Equal(holds, new ClaimCondition { Claim = "x", Matches = [item + "*"] }.Holds(value));
        Assert.True(new ClaimCondition { Claim = "x", NotIn = [item] }.Holds(value));
        Assert.True(new ClaimCondition { Claim = "x", NotMatches = [item + "*"] }.Holds(value));
    }

    [Fact]
    public void A_run_is_refused_for_one_item_of_a_list()
    {
        var rule = new RefuseRule { Claim = "ou_path", In = ["o-2/"], Code = RefusalCodes.RunNotAllowed, Because = "Not this one." };
        var aws = Fixture.Read("aws");
        var strict = aws with { Definition = aws.Definition with { Refuse = [rule] } };

        Assert.NotNull(strict.Patched(Units("o-1/", "o-3/")).Claims());
        Assert.Equal(RefusalCodes.RunNotAllowed, strict.Patched(Units("o-1/", "o-2/")).TokenRefusal().Code);

        static JsonObject Units(params string[] paths) =>
            new() { ["https://sts.amazonaws.com/"] = new JsonObject { ["ou_path"] = new JsonArray([.. paths.Select(path => JsonValue.Create(path))]) } };
    }

    [Fact]
    public void Claims_that_come_together_are_refused_when_one_is_missing()
    {
        var rule = new ConsistencyRule { Rule = ConsistencyRule.AllPresentOrAbsent, Claims = ["environment", "head_ref"] };
        var bound = github with { Definition = github.Definition with { Consistency = [rule] } };

        Assert.Null(bound.Claims()["environment"]);
        Assert.Equal(RefusalCodes.ClaimsInconsistent, bound.With("environment", "release").TokenRefusal().Code);
    }

    [Fact]
    public void An_object_is_there_or_not_and_holds_nothing()
    {
        var google = Fixture.Read("google").With("google", new JsonObject { ["compute_engine"] = new JsonObject() });

        Assert.Equal("{}", google.Claims()["instance"]);
        Assert.Equal(RefusalCodes.ClaimMalformed, google.With("google", "text").TokenRefusal().Code);
    }

    [Fact]
    public void An_id_in_braces_is_the_id_without_them()
    {
        var claims = Fixture.Read("bitbucket").Claims();

        Assert.Equal("a2e25f5f-3d4d-4f0e-9d0b-1c2d3e4f5a6b", claims.ProjectId);
        Assert.Equal("7b6f2f5e-8a4d-4b1c-9e3f-2d1c0b9a8f7e", claims.OwnerId);
    }

    [Fact]
    public void Where_there_is_no_owner_or_run_there_is_none()
    {
        Assert.Null(Fixture.Read("google").Claims().OwnerId);
        Assert.Null(Fixture.Read("google").Claims().RunId);
        Assert.Null(Fixture.Read("jenkins").With("build_number", null).Claims().RunId);
    }

    [Theory]
    [InlineData("octo-org/", true)]
    [InlineData("octo-org/octo-repo", false)]
    [InlineData("Octo-Org/", false)]
    [InlineData("{issuer.enterprise}", false)]
    public void A_claim_begins_with_what_the_binding_says_and_goes_on(string prefix, bool accepted)
    {
        var rule = new ConsistencyRule { Rule = ConsistencyRule.BeginsWith, Claims = ["repository"], Prefix = prefix };
        var bound = github with { Definition = github.Definition with { Consistency = [rule] } };

        Assert.Equal(accepted, bound.Verify() is Assay.Trust.Tokens.Verification.Verified);
    }

    [Fact]
    public void A_claim_that_must_begin_with_something_must_be_there()
    {
        var rule = new ConsistencyRule { Rule = ConsistencyRule.BeginsWith, Claims = ["environment"], Prefix = "release-" };
        var bound = github with { Definition = github.Definition with { Consistency = [rule] } };

        Assert.Equal("release-eu", bound.With("environment", "release-eu").Claims()["environment"]);
        Assert.Equal(RefusalCodes.ClaimsInconsistent, bound.With("environment", null).TokenRefusal().Code);
    }
}
