using System.Text.Json.Nodes;
using Assay.Npm;

namespace Assay.Core.Tests.Npm;

public sealed class VersionRangeTests
{
    [Theory]
    [InlineData("^1.2.0", "1.9.9", true)]
    [InlineData("^1.2.0", "2.0.0-rc.1", false)]
    [InlineData("~1.2", "1.3.0", false)]
    [InlineData("1.x || >=3 <4", "3.1.0", true)]
    [InlineData("1.2.3 - 2.3", "2.3.9", true)]
    [InlineData("*", "1.0.0-rc.1", false)]
    [InlineData(">=1.0.0-rc.1", "1.0.0-rc.2", true)]
    [InlineData("", "0.0.1", true)]
    public void Contains_what_the_notation_says(string range, string version, bool contained)
    {
        Assert.True(VersionRange.TryParse(range, out var read));
        Assert.True(SemanticVersion.TryParse(version, out var candidate));

        Assert.Equal(contained, read.Contains(candidate));
    }

    [Fact]
    public async Task Recognises_four_thousand_ranges_as_npm_does()
    {
        var ranges = Texts.Many(4000, new Texts(seed: 5).Range).Concat(
            ["latest", "next", "x", "v1", "1.x", "", " ", "||", "^", "~", ">", "=", "*.1.2", "x.5 - 2", "~x.99999999999999999999"]).ToList();

        var valid = await NpmOracle.AskAsync<bool>("range", ranges, TestContext.Current.CancellationToken);

        Assert.All(ranges.Zip(valid), pair => Assert.Equal(pair, (pair.First, VersionRange.TryParse(pair.First, out _))));
        Assert.InRange(valid.Count(isValid => isValid), 1000, 3800);
    }

    [Fact]
    public async Task Decides_six_thousand_memberships_as_npm_does()
    {
        var texts = new Texts(seed: 6);
        var pairs = Texts.Many(6000, texts.TidyVersion).Zip(Texts.Many(6000, texts.Range)).ToList();

        var satisfies = await NpmOracle.AskAsync<bool>("satisfies", pairs, TestContext.Current.CancellationToken);

        Assert.All(pairs.Zip(satisfies), pair =>
        {
            var contained = SemanticVersion.TryParse(pair.First.First, out var version)
                && VersionRange.TryParse(pair.First.Second, out var range) && range.Contains(version);
            Assert.Equal(pair, (pair.First, contained));
        });
        Assert.InRange(satisfies.Count(contained => contained), 300, 5000);
    }

    [Fact]
    public async Task Picks_the_greatest_version_as_npm_does()
    {
        var texts = new Texts(seed: 8);
        var versions = Texts.Many(60, texts.TidyVersion).Where(text => SemanticVersion.TryParse(text, out _)).Distinct().ToList();
        var ranges = Texts.Many(500, texts.Range).Where(range => VersionRange.TryParse(range, out _)).ToList();
        var cases = ranges.Select(range =>
            (JsonNode?)new JsonArray(new JsonArray([.. versions.Select(version => (JsonNode?)version)]), range));

        var picked = await NpmOracle.AskAsync<string?>("maxSatisfying", cases, TestContext.Current.CancellationToken);

        Assert.All(ranges.Zip(picked), pair => Assert.Equal((pair.First, Normal(pair.Second)), (pair.First, Max(pair.First, versions))));
        Assert.Contains(picked, version => version is not null);
    }

    [Fact]
    public void Refuses_a_text_long_enough_to_cost_time() =>
        Assert.False(VersionRange.TryParse(new string('=', VersionRange.MaxLength + 1), out _));

    private static string? Max(string range, IEnumerable<string> versions)
    {
        Assert.True(VersionRange.TryParse(range, out var read));
        return read.MaxSatisfying(versions.Select(Parse))?.ToString();
    }

    private static string? Normal(string? version) => version is null ? null : Parse(version).ToString();

    private static SemanticVersion Parse(string text) =>
        SemanticVersion.TryParse(text, out var version) ? version : throw new ArgumentException(text);
}
