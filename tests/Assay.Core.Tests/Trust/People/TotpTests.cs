using System.Text;
using Assay.Trust.People;

namespace Assay.Core.Tests.Trust.People;

public sealed class TotpTests
{
    // RFC 6238 appendix B and RFC 4226 appendix D.
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code) =>
        Assert.Equal(code, Totp.CodeOf(Secret, Totp.StepOf(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Theory]
    [InlineData(-2, null)]
    [InlineData(-1, 999L)]
    [InlineData(0, 1000L)]
    [InlineData(1, 1001L)]
    [InlineData(2, null)]
    public void A_code_counts_one_step_around_now(int off, long? accepted) =>
        Assert.Equal(accepted, Totp.Accept(Secret, Totp.CodeOf(Secret, 1000 + off), At(1000), lastStep: 0));

    [Theory]
    [InlineData(999, 1000L)]
    [InlineData(1000, null)]
    [InlineData(1001, null)]
    public void A_step_counts_once_and_none_before_it(long lastStep, long? accepted) =>
        Assert.Equal(accepted, Totp.Accept(Secret, Totp.CodeOf(Secret, 1000), At(1000), lastStep));

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("28708２")]
    public void What_is_no_code_does_not_count(string code) => Assert.Null(Totp.Accept(Secret, code, At(1), lastStep: 0));

    [Fact]
    public void The_address_is_what_apps_read() => Assert.Equal(
        "otpauth://totp/npm.acme.example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=npm.acme.example&algorithm=SHA1&digits=6&period=30",
        Totp.AddressOf(Secret, "npm.acme.example", "alice"));

    private static DateTimeOffset At(long step) => DateTimeOffset.FromUnixTimeSeconds(step * 30);
}
