using Assay.Npm;

namespace Assay.Core.Tests.Npm;

public sealed class PackageNameTests
{
    [Theory]
    [InlineData("@acme/x")]
    [InlineData("@acme%2fx")]
    [InlineData("@acme%2Fx")]
    [InlineData("%40acme%2Fx")]
    [InlineData("%40acme/x")]
    public void Reads_every_spelling_that_clients_send(string wire)
    {
        Assert.True(PackageName.TryParse(wire, null, out var name));

        Assert.Equal("@acme/x", name.Value);
        Assert.Equal("@acme", name.Scope);
        Assert.Equal("x", name.BaseName);
        Assert.Equal("@acme%2fx", name.Escaped);
        Assert.Equal(name, Parse("@acme/x"));
    }

    [Theory]
    [InlineData("%2540acme%252Fx")]
    [InlineData("@acme%252fx")]
    [InlineData("@acme%2f..%2fx")]
    [InlineData("@acme%2fx%2fy")]
    [InlineData("%61")]
    [InlineData("..%2fx")]
    [InlineData("")]
    [InlineData(null)]
    public void Refuses_what_only_a_second_decoding_would_make_a_name(string? wire) =>
        Assert.False(PackageName.TryParse(wire, null, out _));

    [Fact]
    public void Takes_a_plain_name_as_it_is()
    {
        var name = Parse("lodash.get");

        Assert.Null(name.Scope);
        Assert.Equal("lodash.get", name.BaseName);
        Assert.Equal("lodash.get", name.Escaped);
        Assert.True(SemanticVersion.TryParse("1.0.0-rc.1+build", out var version));
        Assert.Equal("lodash.get-1.0.0-rc.1.tgz", name.TarballFileName(version));
    }

    [Fact]
    public void Leaves_encoded_names_to_the_wire() => Assert.False(PackageName.TryParse("@acme%2fx", out _));

    [Theory]
    [InlineData("Express", "capital letters")]
    [InlineData("http", "Node.js")]
    [InlineData("x!", "characters")]
    public void Says_why_an_old_name_is_not_for_new_packages(string text, string reason)
    {
        var name = Parse(text);

        Assert.False(name.IsValidForNewPackages);
        Assert.Contains(reason, Assert.Single(name.NewPackageProblems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Judges_four_thousand_names_as_npm_does()
    {
        var names = Texts.Many(4000, new Texts(seed: 11).Name).ToList();

        var verdicts = await NpmOracle.AskAsync<bool[]>("name", names, TestContext.Current.CancellationToken);

        Assert.All(names.Zip(verdicts), pair =>
        {
            var valid = PackageName.TryParse(pair.First, out var name);
            Assert.Equal((pair.First, pair.Second[0], pair.Second[1]), (pair.First, valid, name?.IsValidForNewPackages ?? false));
        });
        Assert.InRange(verdicts.Count(verdict => verdict[0]), 400, 3600);
        Assert.InRange(verdicts.Count(verdict => verdict[0] && !verdict[1]), 40, 3600);
    }

    private static PackageName Parse(string text) => PackageName.TryParse(text, out var name) ? name : throw new ArgumentException(text);
}
