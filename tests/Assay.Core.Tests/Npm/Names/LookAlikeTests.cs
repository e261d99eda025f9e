using Assay.Npm;

namespace Assay.Core.Tests.Npm;

public sealed class LookAlikeTests
{
    [Theory]
    [InlineData("react-dom", "reactdom")]
    [InlineData("react-dom", "react.dom")]
    [InlineData("react-dom", "re_act-dom")]
    [InlineData("react-dom", "React-Dom")]
    [InlineData("react-dom", "r-e-a-c-t-d-o-m")]
    [InlineData("JSONStream", "jsonstream")]
    [InlineData("x.y", "x-y")]
    [InlineData("x-", "x")]
    [InlineData("@acme/x-y", "@acme/xy")]
    [InlineData("@ac-me/x", "@acme/x")]
    [InlineData("@ac.me/x.y", "@acme/x_y")]
    [InlineData("@acme-labs", "@acmelabs")]
    public void Names_pass_for_each_other_by_case_and_punctuation(string one, string other) => Assert.Equal(LookAlike.Of(one), LookAlike.Of(other));

    [Theory]
    [InlineData("react-dom", "react-com")]
    [InlineData("react", "preact")]
    [InlineData("react", "react2")]
    [InlineData("lodash", "Iodash")]
    [InlineData("acme-x", "@acme/x")]
    [InlineData("@acme/x", "@ac/mex")]
    [InlineData("@acme/x", "@beta/x")]
    [InlineData("x~y", "xy")]
    public void Names_that_differ_in_a_letter_or_in_their_scope_do_not(string one, string other) => Assert.NotEqual(LookAlike.Of(one), LookAlike.Of(other));

    [Fact]
    public void What_is_left_of_a_name_keeps_its_scope() => Assert.Equal("@acmelabs/helloworld", LookAlike.Of("@Acme-Labs/hello_World"));
}
