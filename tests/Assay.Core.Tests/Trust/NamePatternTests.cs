using Assay.Trust.Bindings;
using CsCheck;

namespace Assay.Core.Tests.Trust;

public sealed class NamePatternTests
{
    private static readonly Gen<NamePattern> Patterns = Gen.Select(Gen.Int[0, 3], Gen.Char["ab"].Array[1, 3], Gen.Char["ab-"].Array[1, 3], (kind, scope, name) =>
        Fixture.Pattern(kind switch
        {
            0 => "*",
            1 => $"@{new string(scope)}/*",
            2 => $"@{new string(scope)}/{new string(name)}*",
            _ => $"@{new string(scope)}/{new string(name)}",
        }));

    [Theory]
    [InlineData("*", NameLevel.Everything, "*")]
    [InlineData("@acme/*", NameLevel.Scope, "@acme")]
    [InlineData("@acme/ui-*", NameLevel.Pattern, "@acme")]
    [InlineData("@acme/ui", NameLevel.Package, "@acme")]
    [InlineData("left-pad", NameLevel.Package, "")]
    public void A_pattern_has_a_level_and_a_scope(string text, NameLevel level, string scope)
    {
        var pattern = Fixture.Pattern(text);

        Assert.Equal((level, scope), (pattern.Level, pattern.Scope));
    }

    [Theory]
    [InlineData("@acme/*", "@acme/ui-*", true)]
    [InlineData("@acme/ui-*", "@acme/*", false)]
    [InlineData("@acme/ui-*", "@acme/ui-*", true)]
    [InlineData("@acme/ui", "@acme/ui", true)]
    [InlineData("@acme/ui*", "@acme/ui", true)]
    [InlineData("@acme/ui", "@acme/ui*", false)]
    [InlineData("*", "left-pad", true)]
    [InlineData("@acme/*", "*", false)]
    [InlineData("@acme/*", "@acmes/*", false)]
    [InlineData("@acme/*", "@ACME/ui", false)]
    [InlineData("@acme/ui*", "@acme/UI-*", false)]
    public void One_covers_another_when_it_has_every_name_of_it(string one, string other, bool covers) =>
        Assert.Equal(covers, Fixture.Pattern(one).Covers(Fixture.Pattern(other)));

    [Fact]
    public void What_covers_matches_whatever_the_other_matches() =>
        Gen.Select(Patterns, Patterns, Patterns.Where(pattern => pattern.IsExact)).Sample((one, other, name) =>
            !one.Covers(other) || !other.Matches(name.Text) || one.Matches(name.Text));

    [Fact]
    public void Two_that_match_one_name_overlap_and_the_more_specific_is_covered() =>
        Gen.Select(Patterns, Patterns, Patterns.Where(pattern => pattern.IsExact)).Sample((one, other, name) =>
            !(one.Matches(name.Text) && other.Matches(name.Text))
            || (one.Overlaps(other) && (one.Specificity > other.Specificity ? other.Covers(one) : one.Covers(other))));
}
