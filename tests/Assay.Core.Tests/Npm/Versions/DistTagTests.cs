using Assay.Npm;

namespace Assay.Core.Tests.Npm;

public sealed class DistTagTests
{
    [Theory]
    [InlineData("latest")]
    [InlineData("next-12")]
    [InlineData("Beta_2~")]
    [InlineData("release.7")]
    public void Takes_a_word_that_is_no_range(string text)
    {
        Assert.True(DistTag.TryParse(text, out var tag));

        Assert.Equal(text, tag.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1.0.0")]
    [InlineData("v1")]
    [InlineData("1.x")]
    [InlineData("x")]
    [InlineData("*")]
    [InlineData("^1")]
    [InlineData("a b")]
    [InlineData("feature/x")]
    [InlineData("é")]
    [InlineData(".")]
    [InlineData("..")]
    public void Refuses_ranges_and_what_a_url_would_change(string? text) => Assert.False(DistTag.TryParse(text, out _));

    [Fact]
    public void Has_a_longest_length()
    {
        Assert.True(DistTag.TryParse(new string('a', DistTag.MaxLength), out _));
        Assert.False(DistTag.TryParse(new string('a', DistTag.MaxLength + 1), out _));
    }
}
