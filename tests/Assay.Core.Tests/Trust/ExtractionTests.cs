using Assay.Trust.Tokens;
using CsCheck;

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

    [Fact]
    public void Peeling_gives_back_whatever_was_put_together()
    {
        var word = Gen.Char["ab@./-_"].Array[1, 12].Select(characters => new string(characters));
        Gen.Select(word, word).Sample((name, gitRef) =>
        {
            var file = name.Replace('/', '-') + ".yml";
            var value = $"foo/bar/.github/workflows/{file}@refs/tags/{gitRef}";
            return GitHubWorkflow.File(value, "foo/bar", "refs/tags/" + gitRef, Sha) == file;
        });
    }
}
