using Assay.Trust.People;

namespace Assay.Core.Tests.Trust.People;

public sealed class StageApprovalTests
{
    [Theory]
    [InlineData(null, "1", true, Independence.Unknown)]
    [InlineData("1", null, true, Independence.Unknown)]
    [InlineData("1", "1", true, Independence.SetItOff)]
    [InlineData("1", "1", false, Independence.SetItOff)]
    [InlineData("1", "2", true, Independence.SomebodyElse)]
    [InlineData("1", "2", false, Independence.Unknown)]
    public void Somebody_is_somebody_else_on_an_administrators_word_alone(string? actor, string? identity, bool isConfirmed, Independence expected) =>
        Assert.Equal(expected, StageApprovals.Of(actor, identity, isConfirmed));

    [Theory]
    [InlineData(1, "", 2)]
    [InlineData(1, "U", 1)]
    [InlineData(1, "UU", 0)]
    [InlineData(1, "S", 0)]
    [InlineData(1, "X", 2)]
    [InlineData(1, "XU", 1)]
    [InlineData(2, "S", 1)]
    [InlineData(2, "SU", 0)]
    [InlineData(3, "UU", 1)]
    public void As_many_are_missing_as_are_asked_for_and_two_where_nobody_knows(int required, string approvers, int missing) =>
        Assert.Equal(missing, StageApprovals.Missing(required, [.. approvers.Select(each => each switch
        {
            'S' => Independence.SomebodyElse,
            'X' => Independence.SetItOff,
            _ => Independence.Unknown,
        })]));
}
