using Assay.Cli.Registry;
using Assay.Npm;

namespace Assay.Core.Tests.Cli;

public sealed class NpmConfigTests
{
    [Fact]
    public void A_scope_has_its_own_registry_and_the_rest_the_default_one()
    {
        var config = Config("registry=https://a.example/npm\n@acme:registry = \"https://b.example\"\n; registry=https://c.example\n# x");

        Assert.Equal("https://a.example/npm/", $"{config.Registry}");
        Assert.Equal("https://b.example/", $"{config.RegistryOf(Name("@acme/x"))}");
        Assert.Null(config.RegistryOf(Name("@other/x")));
        Assert.Equal(2, config.Registries.Count());
    }

    [Fact]
    public void The_projects_file_counts_before_the_persons()
    {
        var config = new NpmConfig(["registry=https://project.example"], _ => null);
        var both = new NpmConfig(["registry=https://project.example", "registry=https://person.example\n//person.example/:_authToken=t"], _ => null);

        Assert.Equal(config.Registry, both.Registry);
        Assert.Null(both.TokenFor(both.Registry!));
    }

    [Theory]
    [InlineData("https://npm.example/a/b/", "deep")]
    [InlineData("https://npm.example/a/", "shallow")]
    [InlineData("https://npm.example/", "shallow")]
    [InlineData("https://npm.example:8443/", "port")]
    [InlineData("https://npm.example.evil.example/", null)]
    [InlineData("https://evil.example/", null)]
    public void A_token_is_of_one_host_and_the_longest_path(string registry, string? token)
    {
        var config = Config("//npm.example/a/b/:_authToken=deep\n//npm.example/:_authToken=shallow\n//npm.example:8443/:_authToken=port");

        Assert.True(RegistryUrl.TryParse(registry, out var url));
        Assert.Equal(token, config.TokenFor(url));
    }

    [Theory]
    [InlineData("${TOKEN}", "secret")]
    [InlineData("a-${TOKEN}-b", "a-secret-b")]
    [InlineData("${UNSET}", null)]
    [InlineData("${UNSET?}", null)]
    public void Variables_are_filled_in_and_unknown_ones_are_no_token(string written, string? token)
    {
        var config = new NpmConfig([$"//npm.example/:_authToken={written}"], name => name == "TOKEN" ? "secret" : null);

        Assert.True(RegistryUrl.TryParse("https://npm.example", out var url));
        Assert.Equal(token, config.TokenFor(url));
    }

    [Theory]
    [InlineData("ftp://npm.example/")]
    [InlineData("https://user:word@npm.example/")]
    [InlineData("https://npm.example/?x")]
    [InlineData("npm.example")]
    public void Other_addresses_are_no_registry(string text) => Assert.False(RegistryUrl.TryParse(text, out _));

    [Theory]
    [InlineData("https://npm.example/a/x.tgz", true)]
    [InlineData("https://npm.example/b/x.tgz", false)]
    [InlineData("https://npm.example/a/../b/x.tgz", false)]
    [InlineData("http://npm.example/a/x.tgz", false)]
    [InlineData("https://npm.example.evil/a/x.tgz", false)]
    public void A_registry_has_what_is_under_its_address(string url, bool isUnder)
    {
        Assert.True(RegistryUrl.TryParse("https://npm.example/a", out var registry));

        Assert.Equal(isUnder, registry.Contains(new Uri(url)));
    }

    private static NpmConfig Config(string text) => new([text], _ => null);

    private static PackageName Name(string text) => PackageName.TryParse(text, out var name) ? name : throw new ArgumentException(text);
}
