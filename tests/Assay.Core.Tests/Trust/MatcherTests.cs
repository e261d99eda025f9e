using System.Diagnostics;
using Assay.Trust.Policies;
using CsCheck;

namespace Assay.Core.Tests.Trust;

public sealed class MatcherTests
{
    [Theory]
    [InlineData("equals", "release.yml", "release.yml", true)]
    [InlineData("equals", "release.yml", "Release.yml", false)]
    [InlineData("equals-ascii-ignore-case", "Octo-Org/Repo", "octo-org/repo", true)]
    [InlineData("equals-ascii-ignore-case", "kit", "\u212Ait", false)]
    [InlineData("equals-ignore-case", "Release", "rELEASE", true)]
    [InlineData("equals-ignore-case", "\u00C9tape", "\u00E9tape", true)]
    [InlineData("one-of", "push", "push", true)]
    [InlineData("one-of", "push", "Push", false)]
    [InlineData("uuid", "A64B0A19-F221-4291-B000-8D24BD842B72", "a64b0a19-f221-4291-b000-8d24bd842b72", true)]
    [InlineData("decimal", "74", "74", true)]
    [InlineData("decimal", "74", "740", false)]
    [InlineData("boolean", "true", "true", true)]
    [InlineData("boolean", "true", "True", false)]
    [InlineData("ref-pattern", "refs/tags/v*", "refs/tags/v1", true)]
    [InlineData("callee", "same-repository", "none", true)]
    [InlineData("callee", "none", "same-repository", false)]
    [InlineData("callee", "acme/shared/.github/workflows/npm.yml@refs/tags/v1", "none", false)]
    public void Values_compare_by_their_matcher(string name, string wanted, string actual, bool accepted)
    {
        var matcher = Matcher.Find(name)!;

        Assert.Equal(accepted, matcher.Accepts([matcher.Normalize(wanted)!], [actual], Fixture.Package));
    }

    [Theory]
    [InlineData("equals-ascii-ignore-case", "\u212Ait")]
    [InlineData("equals", "a\u0000b")]
    [InlineData("equals", "")]
    [InlineData("uuid", "{a64b0a19-f221-4291-b000-8d24bd842b72}")]
    [InlineData("decimal", "+74")]
    [InlineData("decimal", "074")]
    [InlineData("decimal", "\u0667")]
    [InlineData("boolean", "True")]
    [InlineData("contains-all", "release")]
    public void Values_that_cannot_match_are_not_stored(string name, string wanted) => Assert.Null(Matcher.Find(name)!.Normalize(wanted));

    [Fact]
    public void Contains_all_wants_every_item()
    {
        var matcher = Matcher.Find("contains-all")!;

        Assert.True(matcher.Accepts(["a", "b"], ["b", "c", "a"], Fixture.Package));
        Assert.False(matcher.Accepts(["a", "b"], ["a", "c"], Fixture.Package));
    }

    [Theory]
    [InlineData("equals", "release")]
    [InlineData("equals-ascii-ignore-case", "release")]
    [InlineData("equals-ignore-case", "release")]
    [InlineData("one-of", "release")]
    [InlineData("ref-pattern", "release")]
    [InlineData("callee", "release")]
    public void What_wants_one_value_is_not_met_by_one_of_several(string name, string wanted) =>
        Assert.False(Matcher.Find(name)!.Accepts([wanted], [wanted, "staging"], Fixture.Package));

    [Theory]
    [InlineData("refs/tags/v*", "refs/tags/v1.2.3", true)]
    [InlineData("refs/tags/v*", "refs/tags/v1/evil", false)]
    [InlineData("refs/tags/v*", "refs/tags/v", true)]
    [InlineData("refs/tags/v*", "xrefs/tags/v1", false)]
    [InlineData("refs/tags/v1", "refs/tags/v1.0", false)]
    [InlineData("refs/tags/**", "refs/tags/@acme/lib@1.2.3", true)]
    [InlineData("refs/tags/@acme/*@*", "refs/tags/@acme/lib@1.2.3", true)]
    [InlineData("refs/tags/@acme/*@*", "refs/tags/@acme/a/b@1", false)]
    [InlineData("refs/tags/**/v*", "refs/tags/a/b/v1", true)]
    [InlineData("refs/tags/**/v*", "refs/tags/a/b/v1/c", false)]
    [InlineData("refs/heads/release-?", "refs/heads/release-1", false)]
    [InlineData("refs/heads/[a]", "refs/heads/a", false)]
    [InlineData("refs/heads/a.c", "refs/heads/abc", false)]
    public void Ref_patterns_are_anchored_and_have_two_wildcards(string text, string value, bool accepted)
    {
        Assert.True(RefPattern.TryParse(text, out var pattern, out _));
        Assert.Equal(accepted, pattern.Matches(value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a***b")]
    [InlineData("*a*b*c*d*")]
    [InlineData("v{tag}")]
    [InlineData("v{version}{version}")]
    [InlineData("v{version")]
    [InlineData("a\u0000")]
    public void Other_patterns_are_refused(string text) => Assert.False(RefPattern.TryParse(text, out _, out _));

    [Fact]
    public void A_text_without_stars_matches_itself_only()
    {
        var word = Gen.Char["ab/@."].Array[1, 6].Select(characters => new string(characters));
        Gen.Select(word, word).Sample((text, value) => RefPattern.TryParse(text, out var pattern, out _) && pattern.Matches(value) == (text == value));
    }

    [Fact]
    public void Two_stars_match_whatever_one_matches()
    {
        var pattern = Gen.Char["ab/*"].Array[1, 6].Select(characters => new string(characters).Replace("**", "*", StringComparison.Ordinal));
        var value = Gen.Char["ab/"].Array[0, 8].Select(characters => new string(characters));
        Gen.Select(pattern, value).Where((text, _) => !text.Contains("**", StringComparison.Ordinal)).Sample((text, value) =>
            !Parse(text).Matches(value) || Parse(text.Replace("*", "**", StringComparison.Ordinal)).Matches(value));
    }

    [Fact]
    public void A_hostile_value_takes_no_longer()
    {
        var pattern = Parse("**a**a**a**b");
        var watch = Stopwatch.StartNew();

        Assert.False(pattern.Matches(new string('a', 4096)));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1));
    }

    private static RefPattern Parse(string text) =>
        RefPattern.TryParse(text, out var pattern, out var problem) ? pattern : throw new InvalidOperationException(problem);
}
