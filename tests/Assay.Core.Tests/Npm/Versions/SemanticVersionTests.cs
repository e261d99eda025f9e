using Assay.Npm;

namespace Assay.Core.Tests.Npm;

public sealed class SemanticVersionTests
{
    [Fact]
    public void Shows_its_parts_and_its_normal_form()
    {
        var version = Parse("v1.2.3-rc.1+build.5");

        Assert.Equal((1, 2, 3, "rc.1", "build.5"), (version.Major, version.Minor, version.Patch, version.Prerelease, version.Build));
        Assert.True(version.IsPrerelease);
        Assert.Equal("1.2.3-rc.1", version.ToString());
    }

    [Fact]
    public void Is_the_same_version_whatever_the_build_metadata()
    {
        Assert.Equal(Parse("1.0.0+a"), Parse("1.0.0+b"));
        Assert.Equal(Parse("1.0.0+a").GetHashCode(), Parse("1.0.0").GetHashCode());
        Assert.Equal(0, Parse("1.0.0+a").CompareTo(Parse("1.0.0+b")));
        Assert.NotEqual(Parse("1.0.0"), Parse("1.0.0-0"));
    }

    [Fact]
    public void Orders_versions_as_the_specification_lists_them()
    {
        string[] ascending =
        [
            "1.0.0-1", "1.0.0-2", "1.0.0-11", "1.0.0-99999999999999999998", "1.0.0-99999999999999999999", "1.0.0-alpha", "1.0.0-alpha.1",
            "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0",
        ];

        var sorted = ascending.Reverse().Select(Parse).Order().Select(version => version.ToString());

        Assert.Equal(ascending, sorted);
        Assert.True(Parse("1.0.0-rc.1") < Parse("1.0.0"));
    }

    [Fact]
    public async Task Reads_five_thousand_versions_as_npm_does()
    {
        var texts = Texts.Many(5000, new Texts(seed: 2).Version).ToList();

        var valid = await NpmOracle.AskAsync<string?>("version", texts, TestContext.Current.CancellationToken);
        var clean = await NpmOracle.AskAsync<string?>("clean", texts, TestContext.Current.CancellationToken);

        Assert.All(texts.Zip(valid), pair =>
            Assert.Equal((pair.First, pair.Second), (pair.First, SemanticVersion.TryParse(pair.First, out var version) ? version.ToString() : null)));
        Assert.All(texts.Zip(clean), pair =>
            Assert.Equal((pair.First, pair.Second), (pair.First, SemanticVersion.TryClean(pair.First, out var version) ? version.ToString() : null)));
        Assert.InRange(valid.Count(version => version is not null), 1000, 4500);
        Assert.InRange(clean.Count(version => version is not null) - valid.Count(version => version is not null), 50, 4000);
    }

    [Fact]
    public async Task Compares_three_thousand_pairs_as_npm_does()
    {
        var texts = new Texts(seed: 3);
        var pairs = Texts.Many(3000, texts.TidyVersion).Zip(Texts.Many(3000, texts.TidyVersion))
            .Where(pair => SemanticVersion.TryParse(pair.First, out _) && SemanticVersion.TryParse(pair.Second, out _)).ToList();

        var orders = await NpmOracle.AskAsync<int>("compare", pairs, TestContext.Current.CancellationToken);

        Assert.All(pairs.Zip(orders), pair =>
            Assert.Equal((pair.First, pair.Second), (pair.First, Math.Sign(Parse(pair.First.First).CompareTo(Parse(pair.First.Second))))));
        Assert.InRange(orders.Count, 2500, 3000);
        Assert.Equal([-1, 0, 1], orders.Distinct().Order());
    }

    private static SemanticVersion Parse(string text) =>
        SemanticVersion.TryParse(text, out var version) ? version : throw new ArgumentException(text);
}
