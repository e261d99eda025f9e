using Assay.Npm;

namespace Assay.Core.Tests.Npm;

public sealed class SourceTreeTests
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    [Theory]
    [InlineData("acme/x", Commit, "https://github.com/acme/x/blob/" + Commit)]
    [InlineData("git+https://github.com/acme/x.git", null, "https://github.com/acme/x/blob/HEAD")]
    [InlineData("git+ssh://git@github.com/acme/x.git", Commit, "https://github.com/acme/x/blob/" + Commit)]
    [InlineData("git+https://github.com/acme/x@refs/heads/main", Commit, "https://github.com/acme/x/blob/" + Commit)]
    [InlineData("git@github.com:acme/x.git", "not a commit", "https://github.com/acme/x/blob/HEAD")]
    [InlineData("gitlab:group/sub/x", Commit, "https://gitlab.com/group/sub/x/-/blob/" + Commit)]
    [InlineData("bitbucket:acme/x", Commit, "https://bitbucket.org/acme/x/src/" + Commit)]
    [InlineData("https://codeberg.org/acme/x.git", Commit, "https://codeberg.org/acme/x/src/commit/" + Commit)]
    [InlineData("https://codeberg.org/acme/x", null, "https://codeberg.org/acme/x/src/branch/HEAD")]
    [InlineData("https://git.sr.ht/~acme/x", Commit, "https://git.sr.ht/~acme/x/tree/" + Commit + "/item")]
    public void Known_hosts_show_files_each_in_their_way(string repository, string? commit, string expected)
    {
        Assert.True(SourceTree.TryRead(repository, commit, null, null, out var tree));

        Assert.Equal(expected, tree.Files);
    }

    [Theory]
    [InlineData("github", "https://git.acme.dev/acme/x/blob/" + Commit)]
    [InlineData("gitlab", "https://git.acme.dev/acme/x/-/blob/" + Commit)]
    [InlineData("forgejo", "https://git.acme.dev/acme/x/src/commit/" + Commit)]
    public void A_host_of_ones_own_is_known_by_the_provider_whose_run_it_was(string kind, string expected)
    {
        Assert.True(SourceTree.TryRead("git+https://git.acme.dev/acme/x@refs/tags/v1", Commit, null, kind, out var tree));

        Assert.Equal(expected, tree.Files);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("https://git.acme.dev/acme/x")]
    [InlineData("gist:0123456789abcdef")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://user:password@codeberg.org/acme/x")]
    [InlineData("file:///etc/passwd")]
    public void Others_are_not_guessed_at(string? repository) => Assert.False(SourceTree.TryRead(repository, Commit, null, null, out _));

    [Theory]
    [InlineData("a.md", "/packages/x/a.md")]
    [InlineData("../y/a b.md", "/packages/y/a%20b.md")]
    [InlineData("/a.md", "/a.md")]
    [InlineData("../../../a.md", null)]
    [InlineData("a?b#c", "/packages/x/a%3Fb%23c")]
    [InlineData("\"><b>", "/packages/x/%22%3E%3Cb%3E")]
    public void Paths_begin_at_the_package_and_never_leave_the_repository(string path, string? expected)
    {
        Assert.True(SourceTree.TryRead("acme/x", Commit, "packages/x", null, out var tree));

        Assert.Equal(expected is null ? null : tree.Files + expected, tree.AddressOf(path));
    }

    [Fact]
    public void A_directory_outside_of_the_repository_is_none() => Assert.False(SourceTree.TryRead("acme/x", Commit, "../..", null, out _));
}
