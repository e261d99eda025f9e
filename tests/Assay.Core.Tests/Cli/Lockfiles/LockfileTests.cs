using System.Text;
using Assay.Cli.Lockfiles;

namespace Assay.Core.Tests.Cli.Lockfiles;

public sealed class LockfileTests
{
    private const string IsNumber7 = "sha512-41Cifkg6e8TylSpdtTpeLVMqvSBEVzTttHvERD741+pnZ8ANv0004MRL43QKPDlK9cGvNp6NZWZUBlbGXYxxng==";

    private static readonly string[] Expected = ["@types/ms@2.1.0", "is-number@6.0.0", "is-number@7.0.0", "is-odd@3.0.1", "ms@2.1.3"];

    // Written by npm 11.19, pnpm 10.34, Yarn 1.22 and Yarn 4.9 for one project with a workspace, a scope, an alias and two versions of one package.
    [Theory]
    [InlineData("npm/package-lock.json")]
    [InlineData("npm-resolved/package-lock.json")]
    [InlineData("pnpm/pnpm-lock.yaml")]
    [InlineData("yarn-classic/yarn.lock")]
    [InlineData("yarn-berry/yarn.lock")]
    public void Every_package_of_a_real_lockfile_is_found_once_under_its_own_name(string file)
    {
        var lockfile = Real(file);

        Assert.Equal(Expected, lockfile.Packages.Select(package => $"{package.Name}@{package.Version}").Order(StringComparer.Ordinal));
        Assert.Equal(0, lockfile.Others);
    }

    [Theory]
    [InlineData("npm/package-lock.json")]
    [InlineData("pnpm/pnpm-lock.yaml")]
    [InlineData("yarn-classic/yarn.lock")]
    public void The_integrity_is_that_of_the_tarball(string file) =>
        Assert.Equal(IsNumber7, Real(file).Packages.Single(package => $"{package.Version}" == "7.0.0").Integrity?.ToString());

    [Fact]
    public void The_checksums_of_yarn_4_are_no_integrity() => Assert.All(Real("yarn-berry/yarn.lock").Packages, package => Assert.Null(package.Integrity));

    [Theory]
    [InlineData("npm-resolved/package-lock.json", "https://registry.npmjs.org/is-odd/-/is-odd-3.0.1.tgz")]
    [InlineData("yarn-classic/yarn.lock", "https://registry.yarnpkg.com/is-odd/-/is-odd-3.0.1.tgz")]
    [InlineData("pnpm/pnpm-lock.yaml", null)]
    public void Where_the_tarball_is_from_is_kept(string file, string? url) =>
        Assert.Equal(url, Real(file).Packages.Single(package => package.Name.Value == "is-odd").Resolved?.AbsoluteUri);

    [Fact]
    public void What_npm_takes_from_git_or_a_file_is_of_others_and_bundled_packages_are_their_parents()
    {
        var lockfile = Npm("""
            "node_modules/g": {"version":"1.0.0","resolved":"git+ssh://git@github.com/acme/g.git#c0ffee"},
            "node_modules/f": {"version":"1.0.0","resolved":"file:../f.tgz","integrity":"sha512-x"},
            "node_modules/p/node_modules/b": {"version":"1.0.0","inBundle":true},
            "node_modules/old": {"version":"1.0.0","resolved":"https://r.example/old.tgz","integrity":"sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="}
            """);

        Assert.Equal(2, lockfile.Others);
        var old = Assert.Single(lockfile.Packages);
        Assert.Null(old.Integrity);
    }

    [Theory]
    [InlineData("package-lock.json", """{"lockfileVersion":1,"dependencies":{}}""")]
    [InlineData("package-lock.json", "[]")]
    [InlineData("package-lock.json", "{")]
    [InlineData("pnpm-lock.yaml", "lockfileVersion: '6.0'\npackages: {}\n")]
    [InlineData("pnpm-lock.yaml", "")]
    [InlineData("pnpm-lock.yaml", "lockfileVersion: '9.0'\npackages: &a\n  x@1.0.0: *a\n")]
    [InlineData("pnpm-lock.yaml", "lockfileVersion: '9.0'\npackages: {}\npackages: {}\n")]
    [InlineData("yarn.lock", "a: [")]
    [InlineData("yarn.lock", "# yarn lockfile v1\n\nnot a descriptor\n  version \"1.0.0\"\n")]
    public void Other_files_are_refused(string name, string text) =>
        Assert.Throws<LockfileRefused>(() => LockfileFormats.Read(name, Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Yaml_as_deep_as_no_lockfile_is_refused() =>
        Assert.Throws<LockfileRefused>(() => LockfileFormats.Read("pnpm-lock.yaml", Encoding.UTF8.GetBytes(new string('[', 10_000))));

    [Fact]
    public void A_file_that_is_not_utf8_is_refused() => Assert.Throws<LockfileRefused>(() => LockfileFormats.Read("yarn.lock", [0xff, 0xfe]));

    [Fact]
    public void Packages_of_pnpm_from_elsewhere_are_of_others_and_tarball_addresses_are_kept()
    {
        var lockfile = PnpmLockfile.Read("""
            lockfileVersion: '9.0'
            packages:
              '@acme/x@1.0.0':
                resolution: {integrity: sha512-x, tarball: https://npm.acme.example/@acme/x/-/x-1.0.0.tgz}
              g@https://codeload.github.com/acme/g/tar.gz/c0ffee:
                resolution: {tarball: https://codeload.github.com/acme/g/tar.gz/c0ffee}
              f@file:f.tgz:
                resolution: {integrity: sha512-x, tarball: file:f.tgz}
            """);

        Assert.Equal(2, lockfile.Others);
        Assert.Equal("https://npm.acme.example/@acme/x/-/x-1.0.0.tgz", Assert.Single(lockfile.Packages).Resolved?.AbsoluteUri);
    }

    [Fact]
    public void Yarn_4_writes_where_an_unusual_tarball_is()
    {
        var lockfile = YarnBerryLockfile.Read("""
            __metadata:
              version: 8

            "@acme/x@npm:^1.0.0":
              version: 1.0.0
              resolution: "@acme/x@npm:1.0.0::__archiveUrl=https%3A%2F%2Fnpm.acme.example%2Fx.tgz"
              linkType: hard

            "g@https://github.com/acme/g.git":
              version: 1.0.0
              resolution: "g@https://github.com/acme/g.git#commit=c0ffee"
              linkType: hard
            """);

        Assert.Equal(1, lockfile.Others);
        Assert.Equal("https://npm.acme.example/x.tgz", Assert.Single(lockfile.Packages).Resolved?.AbsoluteUri);
    }

    [Fact]
    public void Yarn_1_names_files_without_an_address()
    {
        var lockfile = YarnClassicLockfile.Read("# yarn lockfile v1\n\n\"f@file:./f\":\n  version \"1.0.0\"\n\nx@^1.0.0:\n  version \"1.0.0\"\n");

        Assert.Equal(1, lockfile.Others);
        Assert.Equal("x", Assert.Single(lockfile.Packages).Name.Value);
    }

    private static Lockfile Real(string file)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Cli/Lockfiles/Real", file);
        return LockfileFormats.Read(path, File.ReadAllBytes(path));
    }

    private static Lockfile Npm(string packages) =>
        NpmLockfile.Read(Encoding.UTF8.GetBytes("{\"lockfileVersion\":3,\"packages\":{\"\":{}," + packages + "}}"));
}
