using Assay.Trust.Providers;
using Assay.Trust.Tokens;

namespace Assay.Core.Tests.Trust;

public sealed class ExtractionTests
{
    private const string Sha = "d5f2a9c3b7e84f0a1c6d2e9b8a7f6e5d4c3b2a19";

    [Theory]
    [InlineData("basic.yml", "refs/heads/main")]
    [InlineData("nested@evil.yml", "refs/heads/main")]
    [InlineData("nested.yml@evil.yml", "refs/heads/main")]
    [InlineData("basic.yml", "refs/heads/misleading@branch.yml")]
    [InlineData("basic.yml", "refs/heads/bad@branch@twomatches.yml")]
    [InlineData("publish.yml", "refs/tags/create-vite@5.0.0-beta.0")]
    [InlineData("publish.yml", "refs/tags/@acme/lib@1.2.3")]
    [InlineData("publish.yaml", "refs/tags/v1")]
    public void The_workflow_file_is_what_is_left_after_peeling(string file, string gitRef) =>
        Assert.Equal(file, GitHubWorkflow.File($"foo/bar/.github/workflows/{file}@{gitRef}", "foo/bar", gitRef, Sha));

    [Theory]
    [InlineData(".yml")]
    [InlineData(".yaml")]
    [InlineData("basic.wrongsuffix")]
    [InlineData("nosuffix")]
    [InlineData("")]
    [InlineData("sub/main.yml")]
    [InlineData("a\\b.yml")]
    [InlineData("a\u0007.yml")]
    public void Other_files_are_not_workflows(string file) =>
        Assert.Null(GitHubWorkflow.File($"foo/bar/.github/workflows/{file}@refs/heads/main", "foo/bar", "refs/heads/main", Sha));

    [Theory]
    [InlineData("foo/bar/.github/workflows/main.yml", "refs/heads/main")]
    [InlineData("foo/bar-evil/.github/workflows/main.yml@refs/heads/main", "refs/heads/main")]
    [InlineData("foo/bar/.github/workflows/main.yml@refs/heads/other", "refs/heads/main")]
    [InlineData("foo/bar/.github/workflows/main.yml@" + Sha, "refs/heads/main")]
    [InlineData("foo/bar/.github/actions/main.yml@refs/heads/main", "refs/heads/main")]
    [InlineData("foo/bar/.GITHUB/workflows/main.yml@refs/heads/main", "refs/heads/main")]
    [InlineData("evil/foo/bar/.github/workflows/main.yml@refs/heads/main", "refs/heads/main")]
    [InlineData("", "refs/heads/main")]
    [InlineData("@refs/heads/main", "refs/heads/main")]
    public void A_reference_of_another_repository_or_ref_is_refused(string value, string gitRef) =>
        Assert.Null(GitHubWorkflow.File(value, "foo/bar", gitRef, Sha));

    [Fact]
    public void An_empty_ref_leaves_the_commit() =>
        Assert.Equal("main.yml", GitHubWorkflow.File($"foo/bar/.github/workflows/main.yml@{Sha}", "foo/bar", null, Sha));

    [Fact]
    public void Without_ref_and_commit_nothing_is_read() =>
        Assert.Null(GitHubWorkflow.File("foo/bar/.github/workflows/main.yml@", "foo/bar", null, null));

    [Fact]
    public void Repository_names_ignore_ascii_case_and_nothing_else()
    {
        Assert.Equal("main.yml", GitHubWorkflow.File("Foo/Bar/.github/workflows/main.yml@refs/heads/main", "foo/bar", "refs/heads/main", Sha));
        Assert.Null(GitHubWorkflow.File("foo/\u00C9/.github/workflows/main.yml@refs/heads/main", "foo/\u00E9", "refs/heads/main", Sha));
        Assert.Null(GitHubWorkflow.File("foo/\u212Aar/.github/workflows/main.yml@refs/heads/main", "foo/kar", "refs/heads/main", Sha));
    }

    [Fact]
    public void Long_values_are_refused() =>
        Assert.Null(GitHubWorkflow.File($"foo/bar/.github/workflows/{new string('a', 1100)}.yml@refs/heads/main", "foo/bar", "refs/heads/main", Sha));

    [Theory]
    [InlineData("foo/bar/.github/workflows/main.yml@refs/heads/main", "none")]
    [InlineData("foo/bar/.github/workflows/npm.yml@refs/heads/main", "same-repository")]
    [InlineData("foo/bar/.github/workflows/npm.yml@d5f2a9c3b7e84f0a1c6d2e9b8a7f6e5d4c3b2a19", "same-repository")]
    [InlineData("foo/bar/.github/workflows/npm.yml@refs/heads/other", "foo/bar/.github/workflows/npm.yml@refs/heads/other")]
    [InlineData("foo/bar/.github/workflows/main.yml@refs/heads/other", "foo/bar/.github/workflows/main.yml@refs/heads/other")]
    [InlineData("x/y/.github/workflows/npm.yml@refs/tags/v3", "x/y/.github/workflows/npm.yml@refs/tags/v3")]
    [InlineData("same-repository", null)]
    [InlineData("none", null)]
    [InlineData("x/y/.github/workflows/npm.yml", null)]
    public void The_callee_is_none_the_same_commit_or_a_whole_reference(string value, string? expected) =>
        Assert.Equal(
            expected, GitHubWorkflow.Callee(value, "foo/bar/.github/workflows/main.yml@refs/heads/main", "foo/bar", "refs/heads/main", Sha));

    [Theory]
    [InlineData(".gitlab-ci.yml", "refs/heads/main")]
    [InlineData(".gitlab-ci.yml", "refs/tags/@acme/lib@1.2.3")]
    [InlineData("a.yml", "refs/heads/b.yml@c")]
    [InlineData("too//many//slashes.yml", "refs/heads/main")]
    [InlineData("foo.yml@bar.yml", "refs/heads/main")]
    public void The_configuration_path_is_what_is_left_after_peeling(string path, string gitRef) =>
        Assert.Equal(path, GitLabConfiguration.Path($"gitlab.com/foo/bar//{path}@{gitRef}", "gitlab.com", "foo/bar", gitRef, Sha));

    [Fact]
    public void A_commit_may_stand_in_place_of_the_ref() =>
        Assert.Equal("a.yml", GitLabConfiguration.Path($"gitlab.com/foo/bar//a.yml@{Sha}", "gitlab.com", "foo/bar", "refs/heads/main", Sha));

    [Theory]
    [InlineData("gitlab.com/foo/bar//somedir/.yaml@refs/heads/main")]
    [InlineData("gitlab.com/foo/bar//.yml@refs/heads/main")]
    [InlineData("gitlab.com/foo/bar//../x.yml@refs/heads/main")]
    [InlineData("gitlab.com/foo/bar//./x.yml@refs/heads/main")]
    [InlineData("gitlab.com/foo/bar///x.yml@refs/heads/main")]
    [InlineData("gitlab.com/foo/bar//x.txt@refs/heads/main")]
    [InlineData("gitlab.com/foo/bar//@refs/heads/main")]
    [InlineData("gitlab.com/foo/bar/x.yml@refs/heads/main")]
    [InlineData("gitlab.com/foo/bar2//x.yml@refs/heads/main")]
    [InlineData("gitlab.example.com/foo/bar//.gitlab-ci.yml@refs/heads/main")]
    [InlineData("gitlab.com/foo/bar//.gitlab-ci.yml@refs/heads/x/release.yml@y")]
    public void Other_configurations_are_refused(string value) =>
        Assert.Null(GitLabConfiguration.Path(value, "gitlab.com", "foo/bar", "refs/heads/main", Sha));

    [Theory]
    [InlineData(".forgejo/workflows/publish.yml", "refs/heads/main")]
    [InlineData(".gitea/workflows/publish.yaml", "refs/tags/@acme/lib@1.2.3")]
    [InlineData(".github/workflows/a@b.yml", "refs/heads/x@y.yml")]
    public void Forgejo_workflows_keep_their_directory(string path, string gitRef) => Assert.Equal(path, Forgejo($"foo/bar/{path}@{gitRef}", gitRef));

    [Theory]
    [InlineData("foo/bar/.forgejo/workflows/sub/publish.yml@refs/heads/main")]
    [InlineData("foo/bar/.forgejo/workflows/.yml@refs/heads/main")]
    [InlineData("foo/bar/.depot/workflows/publish.yml@refs/heads/main")]
    [InlineData("foo/bar/.forgejo/publish.yml@refs/heads/main")]
    [InlineData("foo/bar/x/.forgejo/workflows/publish.yml@refs/heads/main")]
    [InlineData("foo/baz/.forgejo/workflows/publish.yml@refs/heads/main")]
    [InlineData("foo/bar/.forgejo/workflows/publish.yml@refs/heads/other")]
    [InlineData("foo/bar/.forgejo/workflows/publish.yml")]
    public void Other_paths_are_no_forgejo_workflows(string value) => Assert.Null(Forgejo(value, "refs/heads/main"));

    [Fact]
    public void Depot_workflows_lie_in_one_directory_of_their_own()
    {
        Assert.Equal("publish.yml", Depot("foo/bar/.depot/workflows/publish.yml@refs/heads/main", "refs/heads/main"));
        Assert.Null(Depot("foo/bar/.github/workflows/publish.yml@refs/heads/main", "refs/heads/main"));
        Assert.Null(Depot("foo/bar/.depot/workflows/.yml@refs/heads/main", "refs/heads/main"));
    }

    [Fact]
    public void A_callee_of_another_repository_is_the_whole_reference_or_nothing()
    {
        const string Caller = "foo/bar/.github/workflows/main.yml@refs/heads/main";
        foreach (var tail in new[] { "refs/heads/main", "refs/tags/v3", Sha, new string('a', 64) })
        {
            var value = $"x/y/.github/workflows/npm.yml@{tail}";
            Assert.Equal(value, GitHubWorkflow.Callee(value, Caller, "foo/bar", "refs/heads/main", Sha));
        }
        foreach (var value in new[] { "x/y/npm.yml@refs/heads/main", "x/y/.github/workflows/npm.yml", "@refs/heads/main", "x\\y/.github/workflows/npm.yml@a" })
        {
            Assert.Null(GitHubWorkflow.Callee(value, Caller, "foo/bar", "refs/heads/main", Sha));
        }
    }

    /// <summary>100,000 references put together from hostile pieces, always the same ones: the file that was put in comes back, or it was none.</summary>
    [Fact]
    public void What_comes_back_is_what_was_put_in_or_nothing()
    {
        var random = new Random(20260101);
        for (var count = 0; count < 25_000; count++)
        {
            var (owner, project, file, path, gitRef) = (Piece(random, ""), Piece(random, ""), Piece(random, ""), Piece(random, "/"), Ref(random));
            var repository = $"{owner}/{project}";
            var whole = ValueFormats.IsWorkflowFile(file) ? file : null;

            Assert.Equal(whole, GitHubWorkflow.File($"{repository}/.github/workflows/{file}@{gitRef}", repository, gitRef, Sha));
            Assert.Equal(whole, Depot($"{repository}/.depot/workflows/{file}@{gitRef}", gitRef, repository));
            Assert.Equal(
                whole is null ? null : ".gitea/workflows/" + whole, Forgejo($"{repository}/.gitea/workflows/{file}@{gitRef}", gitRef, repository));
            Assert.Equal(
                ValueFormats.IsConfigPath(path) ? path : null,
                GitLabConfiguration.Path($"gitlab.com/{repository}//{path}@{gitRef}", "gitlab.com", repository, gitRef, Sha));
        }
    }

    /// <summary>The same for tokens that lie: the reference is of another repository or ref than the token's own claims say.</summary>
    [Fact]
    public void A_reference_that_is_not_of_the_tokens_own_repository_and_ref_gives_nothing()
    {
        var random = new Random(20260102);
        for (var count = 0; count < 25_000; count++)
        {
            var (file, gitRef, other) = (Piece(random, ""), Ref(random), Ref(random));
            var elsewhere = $"{Piece(random, "")}/{Piece(random, "")}";
            if (other != gitRef)
            {
                // The only file that can come back is one whose name really ends where the token's own ref begins.
                var value = $"foo/bar/.github/workflows/{file}@{other}";
                var back = GitHubWorkflow.File(value, "foo/bar", gitRef, Sha);
                Assert.True(back is null || value == $"foo/bar/.github/workflows/{back}@{gitRef}", value);
            }
            if (elsewhere != "foo/bar")
            {
                Assert.Null(GitHubWorkflow.File($"{elsewhere}/.github/workflows/{file}@{gitRef}", "foo/bar", gitRef, Sha));
                Assert.Null(GitLabConfiguration.Path($"gitlab.com/{elsewhere}//{file}@{gitRef}", "gitlab.com", "foo/bar", gitRef, Sha));
            }
        }
    }

    private static string Piece(Random random, string more)
    {
        string[] pieces = ["a", "release", ".yml", ".yaml", "@", "@refs/", ".", "..", "-", "_", "1.2.3", "publish.yml", more, more];
        return string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => pieces[random.Next(pieces.Length)]))
            + (random.Next(3) == 0 ? "" : ".yml");
    }

    private static string Ref(Random random)
    {
        string[] pieces = ["main", "v1", "@", "/", ".yml", "@acme/lib@1.2.3", ".github/workflows/evil.yml", "x/release.yml@y", "refs/heads/main", "//"];
        return (random.Next(2) == 0 ? "refs/heads/" : "refs/tags/")
            + string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => pieces[random.Next(pieces.Length)]));
    }

    private static string? Forgejo(string value, string gitRef, string repository = "foo/bar") => Derive("forgejo", value, gitRef, repository);

    private static string? Depot(string value, string gitRef, string repository = "foo/bar") => Derive("depot", value, gitRef, repository);

    private static string? Derive(string provider, string value, string gitRef, string repository)
    {
        var rule = ProviderCatalog.Shipped.Find(provider)!.Derive.Values.Single();
        var table = new ClaimTable(new Dictionary<string, string>());
        table.AddClaim("workflow_ref", new ClaimValue(value));
        table.AddClaim("repository", new ClaimValue(repository));
        table.AddClaim("ref", new ClaimValue(gitRef));
        table.AddClaim("sha", new ClaimValue(Sha));
        return Extractors.Run(rule, table);
    }
}
