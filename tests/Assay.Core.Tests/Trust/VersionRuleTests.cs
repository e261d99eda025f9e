using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Refusals;

namespace Assay.Core.Tests.Trust;

/// <summary>What is judged when the tarball is there.</summary>
public sealed class VersionRuleTests
{
    private readonly Fixture github = Fixture.GitHub();

    [Theory]
    [InlineData("refs/tags/v{version}", "refs/tags/v1.2.3", "1.2.3", null)]
    [InlineData("refs/tags/v{version}", "refs/tags/v1.2.3", "1.2.4", RefusalCodes.RefNotOfVersion)]
    [InlineData("refs/tags/v{version}", "refs/tags/v1.2.3-beta.1", "1.2.3", RefusalCodes.RefNotOfVersion)]
    [InlineData("refs/tags/{name}@{version}", "refs/tags/@acme/x@1.2.3", "1.2.3", null)]
    [InlineData("refs/tags/{name}@{version}", "refs/tags/@acme/x@1.2.3", "2.0.0", RefusalCodes.RefNotOfVersion)]
    [InlineData("refs/tags/v*", "refs/tags/v9", "1.2.3", null)]
    public void A_ref_can_be_tied_to_the_version(string pattern, string gitRef, string version, string? code)
    {
        var policy = github.WithField("ref", pattern).Policy();
        var run = At(gitRef);

        Assert.IsType<Decision.Granted>(run.Decide([policy]));
        Assert.Equal(code, VersionRules.Check(policy, github.Definition, run.Claims().Find, "@acme/x", version, "latest")?.Code);
    }

    [Theory]
    [InlineData("refs/tags/{name}@{version}", "refs/tags/@acme/y@1.2.3")]
    [InlineData("refs/tags/{name}@{version}", "refs/tags/@acme/x@")]
    [InlineData("refs/tags/v{version}", "refs/tags/v")]
    [InlineData("refs/tags/v{version}", "refs/tags/w1")]
    public void A_ref_that_can_be_of_no_version_is_refused_at_the_exchange(string pattern, string gitRef) =>
        Assert.Equal(RefusalCodes.RefMismatch, Assert.IsType<Decision.Refused>(At(gitRef).Decide([github.WithField("ref", pattern).Policy()])).Refusal.Code);

    [Fact]
    public void One_of_several_patterns_is_enough()
    {
        var policy = github.WithField("ref", "refs/tags/v{version}", "refs/tags/{name}@{version}").Policy();

        Assert.Null(VersionRules.Check(policy, github.Definition, At("refs/tags/@acme/x@1.2.3").Claims().Find, "@acme/x", "1.2.3", "latest"));
    }

    [Theory]
    [InlineData("refs/tags/v1.2.3", "1.2.3", null)]
    [InlineData("refs/heads/main", "9.9.9", null)]
    [InlineData("refs/tags/v1.2.3", "9.9.9", RefusalCodes.RefNotOfVersion)]
    public void A_pattern_that_names_no_version_frees_only_the_refs_that_it_matches(string gitRef, string version, string? code)
    {
        var policy = github.WithField("ref", "refs/tags/v{version}", "refs/heads/main").Policy();

        Assert.Equal(code, VersionRules.Check(policy, github.Definition, At(gitRef).Claims().Find, "@acme/x", version, "latest")?.Code);
    }

    [Fact]
    public void A_run_without_a_ref_is_tied_to_no_version()
    {
        var policy = github.WithField("ref", "refs/tags/v{version}").Policy();

        Assert.Equal(RefusalCodes.RefNotOfVersion, VersionRules.Check(policy, github.Definition, _ => null, "@acme/x", "1.2.3", "latest")?.Code);
    }

    [Theory]
    [InlineData("^1.0.0", "1.9.0", null)]
    [InlineData("^1.0.0", "2.0.0", RefusalCodes.VersionNotAllowed)]
    [InlineData("^1.0.0", "1.9.0-beta.1", RefusalCodes.VersionNotAllowed)]
    [InlineData("^1.0.0", "1.9", RefusalCodes.VersionNotAllowed)]
    [InlineData("*", "latest", RefusalCodes.VersionNotAllowed)]
    [InlineData(null, "9.9.9", null)]
    public void Versions_lie_in_the_policys_range(string? range, string version, string? code) =>
        Assert.Equal(code, Check(Limits(range, []), version, "latest"));

    [Theory]
    [InlineData("next", null)]
    [InlineData("beta-2", null)]
    [InlineData("latest", RefusalCodes.TagNotAllowed)]
    [InlineData("xnext", RefusalCodes.TagNotAllowed)]
    public void Tags_are_the_ones_the_policy_lists(string tag, string? code) =>
        Assert.Equal(code, Check(Limits(null, ["next", "beta-*"]), "1.0.0", tag));

    [Theory]
    [InlineData("not a range at all", null, 1)]
    [InlineData(null, "a/b", 1)]
    [InlineData(null, "v{version}", 1)]
    [InlineData(null, null, 0)]
    public void Wrong_limits_are_explained(string? range, string? tag, int versionsPerRun) =>
        Assert.False(PublishLimits.TryCreate(range, tag is null ? [] : [tag], versionsPerRun, null, out _, out _));

    private string? Check(PublishLimits limits, string version, string tag) => VersionRules.Check(
        (github with { Draft = github.Draft with { Limits = limits } }).Policy(), github.Definition, github.Claims().Find, "@acme/x", version, tag)?.Code;

    private static PublishLimits Limits(string? range, string[] tags) =>
        PublishLimits.TryCreate(range, tags, null, null, out var limits, out var problems) ? limits : throw new InvalidOperationException(string.Join(' ', problems));

    private Fixture At(string gitRef) => github.With("ref", gitRef)
        .With("workflow_ref", $"octo-org/octo-repo/.github/workflows/publish.yml@{gitRef}")
        .With("job_workflow_ref", $"octo-org/octo-repo/.github/workflows/publish.yml@{gitRef}");
}

file static class ClaimsByName
{
    public static string? Find(this Assay.Trust.Tokens.RunClaims claims, string name) => claims[name];
}
