using Assay.Trust.Guards;

namespace Assay.Core.Tests.Trust.Guards;

/// <summary>SPDX 2.3, annex D.</summary>
public sealed class LicenceExpressionTests
{
    [Theory]
    [InlineData("A", true)]
    [InlineData("X", false)]
    [InlineData("A OR X", true)]
    [InlineData("X OR A", true)]
    [InlineData("X OR Y", false)]
    [InlineData("A AND B", true)]
    [InlineData("A AND X", false)]
    [InlineData("X AND Y OR A", true)]
    [InlineData("A OR X AND Y", true)]
    [InlineData("(A OR X) AND Y", false)]
    [InlineData("((A))", true)]
    [InlineData("(X AND A) OR (B AND A)", true)]
    [InlineData("A WITH Classpath-exception-2.0", true)]
    [InlineData("X WITH Classpath-exception-2.0 OR B", true)]
    public void An_expression_is_satisfied_as_its_operators_say(string text, bool isSatisfied) =>
        Assert.Equal(isSatisfied, LicenceExpression.IsSatisfied(text, licence => licence is "A" or "B"));

    [Theory]
    [InlineData("")]
    [InlineData("A B")]
    [InlineData("A OR")]
    [InlineData("OR A")]
    [InlineData("(A")]
    [InlineData("A)")]
    [InlineData("A WITH")]
    [InlineData("SEE LICENSE IN LICENSE")]
    public void What_is_no_expression_is_neither(string text) => Assert.Null(LicenceExpression.IsSatisfied(text, _ => true));

    [Fact]
    public void Hostile_texts_are_left_in_bounded_time()
    {
        Assert.Null(LicenceExpression.IsSatisfied(new string('(', 500) + "A" + new string(')', 499), _ => true));
        Assert.Null(LicenceExpression.IsSatisfied(string.Join(" OR ", Enumerable.Repeat("A", 1000)), _ => true));
    }
}
