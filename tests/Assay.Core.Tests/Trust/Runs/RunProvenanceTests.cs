using System.Text;
using System.Text.Json.Nodes;
using Assay.Provenance;
using Assay.Provenance.Envelopes;
using Assay.Provenance.Statements;
using Assay.Trust.Providers;
using Assay.Trust.Runs;
using Assay.Trust.Tokens;

namespace Assay.Core.Tests.Trust.Runs;

/// <summary>What is stated of runs: what their tokens say, and nothing else.</summary>
public sealed class RunProvenanceTests
{
    private const string Sha = "d5f2a9c3b7e84f0a1c6d2e9b8a7f6e5d4c3b2a19";

    private readonly Fixture github = Fixture.GitHub();

    public static TheoryData<string> Providers() => [.. ProviderCatalog.Shipped.Ids];

    public static TheoryData<string> Golden() => ["github", "gitlab", "circleci", "buildkite", "forgejo"];

    [Theory]
    [MemberData(nameof(Golden))]
    public void A_statement_is_these_bytes(string provider)
    {
        var golden = JsonNode.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Trust", "Runs", "Golden", provider + ".json")))!;

        var statement = RunStatement.Of(Fixture.Read(provider).Claims());

        Assert.Equal(Encoding.UTF8.GetString(CanonicalJson.Write(golden)), Encoding.UTF8.GetString(statement));
        Assert.True(Statement.TryParse(statement, out _));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void Every_member_is_the_claim_that_its_definition_names(string provider)
    {
        var claims = Fixture.Read(provider).Claims();
        var run = RunProvenance.Of(claims)!;
        var shape = claims.Definition.Provenance!;
        var groups = shape.ExternalParameters.Select(group => (group, run.ExternalParameters))
            .Concat(shape.InternalParameters.Select(group => (group, run.InternalParameters)));

        foreach (var (group, parameters) in groups)
        {
            foreach (var (name, stated) in group.Value.Where(stated => stated.Value.Value is not null))
            {
                var value = claims.Find(stated.Value!.Value);
                var member = parameters[group.Key]?[name];

                Assert.Equal(value is null ? null : stated.Prefix + value.Text, member is JsonArray list ? string.Join(", ", list) : (string?)member);
            }
        }
        Assert.Equal((provider, claims.Issuer, claims.Binding.Id), (run.ProviderId, run.Issuer, run.BindingId));
        Assert.Equal(claims.Definition.Revision, run.DefinitionRevision);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void Absent_claims_are_absent_and_nothing_is_empty(string provider)
    {
        var fixture = Fixture.Read(provider);
        foreach (var (_, claim) in fixture.Definition.Claims.Where(claim => claim.Value is { Presence: ClaimPresence.Optional, At.Count: 1 }))
        {
            fixture = fixture.With(claim.At[0], null);
        }
        if (fixture.Verify() is not Verification.Verified verified)
        {
            // Some providers need one of several optional claims; then the fixture as it is has to do.
            verified = Assert.IsType<Verification.Verified>(Fixture.Read(provider).Verify());
        }

        var statement = JsonNode.Parse(RunStatement.Of(verified.Claims))!;

        Assert.All(Leaves(statement), leaf => Assert.NotEqual("", (string?)leaf.AsValue().ToString()));
        Assert.All(Objects(statement), members => Assert.NotEmpty(members));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void Nobody_is_named(string provider)
    {
        var fixture = Fixture.Read(provider);
        var persons = fixture.Definition.Claims.Where(claim => PersonClaims.Has(fixture.Definition, new ValueReference(ValueSource.Claim, claim.Key))).ToList();
        // Google's own rule wants a service account's address there; it is looked for as it is.
        foreach (var (_, claim) in persons.Where(person => person.Value.Presence is ClaimPresence.Optional || person.Value.Type is ClaimType.Uuid))
        {
            fixture = fixture.With(claim.At[0], Person(claim.Type));
        }
        var claims = fixture.Claims();

        var statement = Encoding.UTF8.GetString(RunStatement.Of(claims));
        var shown = RunShown.Of(claims).ToString();

        Assert.All(persons, person => Assert.DoesNotContain(claims[person.Key]!, statement + shown, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void A_run_that_was_kept_is_stated_as_before(string provider)
    {
        var claims = Fixture.Read(provider).Claims();
        var kept = JsonNode.Parse(KeptClaims.Write(claims).ToJsonString())!.AsObject();

        Assert.Null(TokenVerification.TryRecall(kept, claims.Definition, claims.Binding, out var recalled));

        Assert.Equal(RunStatement.Of(claims), RunStatement.Of(recalled!));
        Assert.Equal(RunShown.Of(claims), RunShown.Of(recalled!));
        Assert.Equal(RunProvenance.Of(claims)!.IsSourcePublic, RunProvenance.Of(recalled!)!.IsSourcePublic);
    }

    [Theory]
    [InlineData("github", "repository_visibility")]
    [InlineData("gitlab", "project_visibility")]
    [InlineData("activestate", "project_visibility")]
    public void The_source_is_public_only_when_the_issuer_says_so(string provider, string claim)
    {
        Assert.True(IsPublic("public"));
        Assert.False(IsPublic("internal"));
        Assert.False(IsPublic("Public"));
        Assert.False(IsPublic(null));

        bool IsPublic(string? visibility) => RunProvenance.Of(Fixture.Read(provider).With(claim, visibility).Claims())!.IsSourcePublic;
    }

    [Fact]
    public void Where_tokens_do_not_say_the_source_is_private() =>
        Assert.All(
            ProviderCatalog.Shipped.Ids.Except(["github", "gitlab", "activestate"]),
            provider => Assert.False(RunProvenance.Of(Fixture.Read(provider).Claims())!.IsSourcePublic));

    [Fact]
    public void A_workflow_that_was_called_from_elsewhere_is_a_dependency()
    {
        var run = github.With("job_workflow_ref", "octo-org/shared/.github/workflows/npm.yml@refs/heads/main").With("job_workflow_sha", new string('a', 40));

        var dependencies = RunProvenance.Of(run.Claims())!.Dependencies;

        Assert.Equal(
            [
                new RunDependency("source", "git+https://github.com/octo-org/octo-repo@refs/tags/v1.2.3", Sha),
                new RunDependency("called workflow", "https://github.com/octo-org/shared/.github/workflows/npm.yml%40refs/heads/main", new string('a', 40)),
            ],
            dependencies);
    }

    [Theory]
    [InlineData("octo-org/octo-repo/.github/workflows/npm.yml@refs/tags/v1.2.3")]
    [InlineData("octo-org/octo-repo/.github/workflows/publish.yml@refs/tags/v1.2.3")]
    public void A_workflow_of_the_same_commit_is_no_dependency_of_its_own(string called) =>
        Assert.Single(RunProvenance.Of(github.With("job_workflow_ref", called).Claims())!.Dependencies);

    [Theory]
    [InlineData("azure-devops", "https://dev.azure.com/noahstride0304/testing-azure-devops-join/_build/results?buildId=")]
    [InlineData("codefresh", "https://g.codefresh.io/build/")]
    [InlineData("terraform", "https://app.terraform.io/app/")]
    public void An_invocation_is_an_address_at_the_provider(string provider, string start) =>
        Assert.StartsWith(start, RunProvenance.Of(Fixture.Read(provider).Claims())!.Invocation, StringComparison.Ordinal);

    [Fact]
    public void A_source_is_a_dependency_by_its_commit_alone()
    {
        var circleci = Fixture.CircleCi();

        Assert.Empty(RunProvenance.Of(circleci.Claims())!.Dependencies);
        Assert.Equal(
            [new RunDependency("source", "git+https://github.com/acme/widget@refs/tags/v1.2.3", Sha)],
            RunProvenance.Of(circleci.With("oidc.circleci.com/vcs-sha", Sha).Claims())!.Dependencies);
        Assert.Empty(RunProvenance.Of(Fixture.Read("buddy").With("revision", "HEAD").Claims())!.Dependencies);
    }

    [Theory]
    [InlineData("https://acme@dev.azure.com/acme/x/_git/y", "https://dev.azure.com/acme/x/_git/y")]
    [InlineData("https://name:secret@dev.azure.com:8443/acme/x/", "https://dev.azure.com:8443/acme/x")]
    [InlineData("dev.azure.com/acme", "https://dev.azure.com/acme")]
    [InlineData("http://dev.azure.com/acme", null)]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("file:///etc/passwd", null)]
    [InlineData("git@dev.azure.com:acme/x", null)]
    [InlineData("https://dev.azure.com/acme?x=1", null)]
    [InlineData("https://dev.azure.com/acme#x", null)]
    [InlineData("https://dev.azure.com/a b\"<", "https://dev.azure.com/a%20b%22%3C")]
    [InlineData("https:///x", null)]
    [InlineData("nothing at all", null)]
    public void A_claim_is_an_address_only_as_https_and_without_what_stands_before_the_host(string claim, string? address) =>
        Assert.Equal(address, RunProvenance.Of(Fixture.Read("azure-devops").With("rpo_uri", claim).Claims())!.Source.Repository);

    [Theory]
    [InlineData("refs/tags/v1.2.3", "@refs/tags/v1.2.3")]
    [InlineData("refs/tags/@acme/x@1.0.0", "@refs/tags/%40acme/x%401.0.0")]
    [InlineData("refs/heads/\u65E5\u672C", "@refs/heads/%E6%97%A5%E6%9C%AC")]
    [InlineData("refs/heads/a\"#?b", "@refs/heads/a%22%23%3Fb")]
    public void A_ref_cannot_end_or_continue_the_address_that_it_stands_in(string gitRef, string end) =>
        Assert.EndsWith("octo-repo" + end, Ref(gitRef).Dependencies[0].Address, StringComparison.Ordinal);

    [Theory]
    [InlineData("release\"},\"x\":{\"y\":\"z")]
    [InlineData("\u65E5\u672C \u202Etxt \\ </script>")]
    [InlineData("javascript:alert(1)")]
    public void A_hostile_value_stays_one_text(string value)
    {
        var statement = JsonNode.Parse(RunStatement.Of(github.With("environment", value).Claims()))!;

        Assert.Equal(value, (string?)statement["predicate"]!["buildDefinition"]!["internalParameters"]!["github"]!["environment"]);
    }

    [Fact]
    public void A_value_too_long_to_be_a_name_is_left_out_and_not_cut()
    {
        Assert.NotNull(Environment(1024));
        Assert.Null(Environment(1025));

        JsonNode? Environment(int length) =>
            RunProvenance.Of(github.With("environment", new string('e', length)).Claims())!.InternalParameters["github"]!["environment"];
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("../../login")]
    public void A_name_that_climbs_out_of_its_place_makes_no_link(string name)
    {
        var run = Fixture.Read("terraform").With("terraform_workspace_name", name).Claims();

        Assert.Null(RunProvenance.Of(run)!.Invocation);
        Assert.Null(RunShown.Of(run).RunLink);
    }

    [Fact]
    public void What_is_shown_is_printable_and_leads_to_the_provider()
    {
        var shown = RunShown.Of(Ref("refs/tags/\u202Ev1", out var claims) is not null ? claims : throw new InvalidOperationException());

        Assert.Equal(("GitHub Actions", "octo-org/octo-repo", "refs/tags/?v1", Sha), (shown.Provider, shown.Repository, shown.Ref, shown.Commit));
        Assert.Equal("publish.yml", shown.Workflow);
        Assert.Equal("https://github.com/octo-org/octo-repo", shown.RepositoryLink);
        Assert.Equal($"https://github.com/octo-org/octo-repo/commit/{Sha}", shown.CommitLink);
        Assert.Equal("https://github.com/octo-org/octo-repo/actions/runs/9876543210/attempts/1", shown.RunLink);
        Assert.Equal($"https://github.com/octo-org/octo-repo/blob/{Sha}/.github/workflows/publish.yml", shown.WorkflowLink);
    }

    // The operator says where a bound claim is found, so only the binding can say that it is a person.
    [Fact]
    public void A_claim_that_an_operator_took_from_a_person_is_not_stated()
    {
        var generic = Fixture.Read("generic");
        var bound = generic.Binding.Claims.ToDictionary(claim => claim.Key, claim => claim.Value);
        bound["environment"] = ["user_email"];
        var run = (generic with { Binding = generic.Binding with { Claims = bound } }).With("user_email", "octocat@example.test").Claims();

        Assert.Equal("octocat@example.test", run["environment"]);
        Assert.DoesNotContain("octocat@example.test", Encoding.UTF8.GetString(RunStatement.Of(run)), StringComparison.Ordinal);
        Assert.DoesNotContain("octocat@example.test", RunShown.Of(run).ToString(), StringComparison.Ordinal);
    }

    // The check of definitions refuses this one; whoever makes one without the check gets nothing out of it either.
    [Fact]
    public void A_template_that_names_a_person_states_nothing_of_them()
    {
        var who = new StatedValue { Value = new ValueReference(ValueSource.Claim, "actor_id"), Means = "A person." };
        var shape = github.Definition.Provenance! with
        {
            ExternalParameters = new Dictionary<string, IReadOnlyDictionary<string, StatedValue>> { ["x"] = new Dictionary<string, StatedValue> { ["who"] = who } },
            Invocation = "{const.web}/{claim.actor_id}",
        };

        var run = RunProvenance.Of((github with { Definition = github.Definition with { Provenance = shape } }).Claims())!;

        Assert.Empty(run.ExternalParameters);
        Assert.Null(run.Invocation);
    }

    [Fact]
    public void Without_a_template_nothing_is_stated() =>
        Assert.Null(RunProvenance.Of((github with { Definition = github.Definition with { Provenance = null } }).Claims()));

    [Fact]
    public void Both_libraries_reserve_the_same_member() => Assert.Equal(ProvenanceShape.IdentityToken, ProvenanceStatement.IdentityToken);

    [Theory]
    [MemberData(nameof(Providers))]
    public void Every_member_is_described(string provider)
    {
        var definition = ProviderCatalog.Shipped.Find(provider)!;
        var statement = JsonNode.Parse(RunStatement.Of(Fixture.Read(provider).Claims()))!["predicate"]!;

        var described = StatementMember.Of(definition).ToList();

        Assert.All(described, member => Assert.NotEmpty(member.Origin));
        Assert.All(
            Paths(statement["buildDefinition"]!["externalParameters"]!, "buildDefinition.externalParameters")
                .Concat(Paths(statement["buildDefinition"]!["internalParameters"]!, "buildDefinition.internalParameters"))
                .Where(path => !path.Contains(ProvenanceShape.IdentityToken, StringComparison.Ordinal)),
            path => Assert.Contains(path, described.Select(member => member.Path)));
        Assert.Equal(
            statement["runDetails"]!["metadata"] is not null || definition.Provenance!.Invocation is not null,
            described.Exists(member => member.Path == "runDetails.metadata.invocationId"));
    }

    private RunProvenance Ref(string gitRef) => Ref(gitRef, out _);

    private RunProvenance Ref(string gitRef, out VerifiedClaims claims)
    {
        var workflow = $"octo-org/octo-repo/.github/workflows/publish.yml@{gitRef}";
        claims = github.With("ref", gitRef).With("workflow_ref", workflow).With("job_workflow_ref", workflow).Claims();
        return RunProvenance.Of(claims)!;
    }

    private static string Person(ClaimType type) => type switch
    {
        ClaimType.DecimalText => "990011223344",
        ClaimType.Uuid => "99001122-aaaa-bbbb-cccc-334455667788",
        ClaimType.BracedUuid => "{99001122-aaaa-bbbb-cccc-334455667788}",
        _ => "a-persons-name",
    };

    private static IEnumerable<string> Paths(JsonNode groups, string path) =>
        groups.AsObject().SelectMany(group => group.Value!.AsObject().Select(member => $"{path}.{group.Key}.{member.Key}"));

    private static IEnumerable<JsonNode> Leaves(JsonNode node) => node switch
    {
        JsonObject members => members.SelectMany(member => Leaves(member.Value!)),
        JsonArray items => items.SelectMany(item => Leaves(item!)),
        _ => [node],
    };

    private static IEnumerable<JsonObject> Objects(JsonNode node) => node switch
    {
        JsonObject members => [members, .. members.SelectMany(member => Objects(member.Value!))],
        JsonArray items => items.SelectMany(item => Objects(item!)),
        _ => [],
    };
}
