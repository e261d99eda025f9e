using Assay.Trust.Certificates;
using Assay.Trust.Providers;

namespace Assay.Core.Tests.Trust;

/// <summary>A certificate against the run that brings it.</summary>
public sealed class RunAgreementTests
{
    private const string Issuer = "https://token.actions.githubusercontent.com";
    private const string Commit = "d5f2a9c3b7e84f0a1c6d2e9b8a7f6e5d4c3b2a19";

    private static readonly CertifiedRun Certified = new()
    {
        Issuer = Issuer,
        RepositoryId = "74",
        OwnerId = "65",
        Commit = Commit,
        Invocation = "https://github.com/octo-org/octo-repo/actions/runs/9876/attempts/2",
        RunnerEnvironment = "github-hosted",
    };

    [Fact]
    public void The_run_itself_is_recognised() => Assert.Null(Difference(Certified));

    [Fact]
    public void A_repository_that_was_renamed_in_between_is_still_the_same() =>
        Assert.Null(Difference(Certified with { Invocation = "https://github.com/octo-org/new-name/actions/runs/9876/attempts/2" }));

    [Theory]
    [InlineData("https://github.com/octo-org/octo-repo/actions/runs/9876/attempts/1")]
    [InlineData("https://github.com/octo-org/octo-repo/actions/runs/9877/attempts/2")]
    [InlineData("https://github.com/octo-org/octo-repo/actions/runs/19876/attempts/2")]
    [InlineData("https://github.com/octo-org/octo-repo/actions/runs/9876/attempts/22")]
    [InlineData("https://github.com/octo-org/octo-repo/actions/runs/9876")]
    [InlineData("")]
    [InlineData(null)]
    public void Another_run_and_another_attempt_are_told_apart(string? invocation) =>
        Assert.Equal("run", Difference(Certified with { Invocation = invocation }));

    [Theory]
    [InlineData("75")]
    [InlineData("")]
    [InlineData(null)]
    public void A_repository_of_the_same_name_is_another_one(string? id) =>
        Assert.Equal("repository id", Difference(Certified with { RepositoryId = id }));

    [Theory]
    [InlineData("66")]
    [InlineData(null)]
    public void So_is_one_of_another_owner(string? id) => Assert.Equal("owner id", Difference(Certified with { OwnerId = id }));

    [Theory]
    [InlineData("0000000000000000000000000000000000000000")]
    [InlineData(null)]
    public void Another_commit_is_another_source(string? commit) => Assert.Equal("commit", Difference(Certified with { Commit = commit }));

    [Theory]
    [InlineData("https://token.actions.githubusercontent.com/")]
    [InlineData("https://gitlab.com")]
    [InlineData(null)]
    public void Ids_mean_nothing_at_another_issuer(string? issuer) => Assert.Equal("issuer", Difference(Certified with { Issuer = issuer }));

    [Theory]
    [InlineData("repository_id", "repository id")]
    [InlineData("repository_owner_id", "owner id")]
    [InlineData("sha", "commit")]
    [InlineData("run_id", "run")]
    [InlineData("run_attempt", "run")]
    public void What_was_not_claimed_agrees_with_nothing(string claim, string difference)
    {
        Assert.Equal(difference, RunAgreement.FirstDifference(Shape("github"), Issuer, name => name == claim ? null : Claims(name), Nothing(Certified, claim)));
    }

    [Fact]
    public void A_gitlab_job_is_recognised_by_its_number()
    {
        var certified = Certified with { Issuer = "https://gitlab.com", Invocation = "https://gitlab.com/acme/x/-/jobs/302" };
        Func<string, string?> claims = name => name switch { "project_id" => "74", "namespace_id" => "65", "sha" => Commit, "job_id" => "302", _ => null };

        Assert.Null(RunAgreement.FirstDifference(Shape("gitlab"), "https://gitlab.com", claims, certified));
        Assert.Equal("run", RunAgreement.FirstDifference(Shape("gitlab"), "https://gitlab.com", claims, certified with { Invocation = "https://gitlab.com/acme/x/-/jobs/1302" }));
    }

    private static string? Difference(CertifiedRun certified) => RunAgreement.FirstDifference(Shape("github"), Issuer, Claims, certified);

    // Neither side says it: that must not pass for agreement.
    private static CertifiedRun Nothing(CertifiedRun certified, string claim) => claim switch
    {
        "repository_id" => certified with { RepositoryId = null },
        "repository_owner_id" => certified with { OwnerId = null },
        "sha" => certified with { Commit = null },
        _ => certified with { Invocation = null },
    };

    private static SigstoreShape Shape(string provider) => ProviderCatalog.Shipped.Find(provider)!.Sigstore!;

    private static string? Claims(string name) => name switch
    {
        "repository_id" => "74",
        "repository_owner_id" => "65",
        "sha" => Commit,
        "run_id" => "9876",
        "run_attempt" => "2",
        _ => null,
    };
}
