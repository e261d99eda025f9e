using Assay.Npm;

namespace Assay.Core.Tests.Npm;

public sealed class VersionIntervalTests
{
    [Theory]
    [InlineData("*", "*")]
    [InlineData("", "*")]
    [InlineData("1.2.3", "1.2.3")]
    [InlineData("<1.2.0", "<1.2.0")]
    [InlineData("<=1.2.0", "<=1.2.0")]
    [InlineData(">=1.0.0", ">=1.0.0")]
    [InlineData(">1.0.0", ">=1.0.1-0")]
    [InlineData(">1.0.0-rc", ">=1.0.0-rc.0")]
    [InlineData(">=1.0.0 <2.0.0", ">=1.0.0 <2.0.0")]
    [InlineData("^1.2.0", ">=1.2.0 <2.0.0-0")]
    [InlineData("1.x", ">=1.0.0 <2.0.0-0")]
    [InlineData("1.0.0 - 1.4.0", ">=1.0.0 <=1.4.0")]
    [InlineData(">=1.0.0 >=1.1.0 <=2.0.0 <2.0.0", ">=1.1.0 <2.0.0")]
    [InlineData("<1.0.0 || >=2.0.0 <2.1.0", "<1.0.0 || >=2.0.0 <2.1.0")]
    [InlineData(">2.0.0 <1.0.0", "")]
    [InlineData(">=1.0.0 <1.0.0", "")]
    [InlineData("<0.0.0-0", "")]
    [InlineData(">2.0.0 <1.0.0 || 3.0.0", "3.0.0")]
    public void A_range_is_written_by_its_ends(string range, string intervals)
    {
        Assert.True(VersionRange.TryParse(range, out var parsed));

        Assert.Equal(intervals, string.Join(" || ", parsed.Intervals));
    }

    [Theory]
    [InlineData(">1.0.0 <3.0.0 || ^4.1.0-rc.1 || 7.0.0")]
    [InlineData("~1.2 || >=2.0.0-beta <2.0.0")]
    [InlineData("<=1.0.0-alpha || >1.0.0-alpha.1")]
    public void Intervals_hold_by_order_what_the_range_holds(string range)
    {
        Assert.True(VersionRange.TryParse(range, out var parsed));
        Assert.True(VersionRange.TryParse(string.Join(" || ", parsed.Intervals), out var again));

        foreach (var text in (string[])["0.9.0", "1.0.0-alpha", "1.0.0-alpha.0", "1.0.0-alpha.1", "1.0.0-alpha.2", "1.0.0", "1.0.1-0", "1.2.9", "1.3.0-0", "2.0.0-beta", "2.0.0", "3.0.0", "4.1.0-rc.1", "5.0.0-0", "7.0.0"])
        {
            Assert.True(SemanticVersion.TryParse(text, out var version));
            Assert.Equal($"{text} {parsed.ContainsByOrder(version)}", $"{text} {again.ContainsByOrder(version)}");
        }
    }
}
