using Assay.Server.Identity;

namespace Assay.Server.Tests.Identity;

public sealed class PasswordRulesTests
{
    private const int Minimum = 12;

    [Theory]
    [InlineData("a long enough password")]
    [InlineData("mañana-übermorgen-9")]
    [InlineData("alice likes green tea at noon")]
    public void Takes_what_nobody_guesses_first(string password) => Assert.Null(Problem(password));

    [Fact]
    public void Knows_enough_leaked_passwords() => Assert.True(LeakedPasswords.Count >= 100_000);

    [Theory]
    [InlineData("passwordpassword")]
    [InlineData("PasswordPassword")]
    [InlineData("passwordpassword2026!")]
    [InlineData("qwertyuiop123")]
    [InlineData("1q2w3e4r5t6y7u8i")]
    public void Refuses_leaked_ones_in_any_case_and_with_digits_behind(string password) => Assert.Contains("leaks", Problem(password), StringComparison.Ordinal);

    [Theory]
    [InlineData("password1", true)]
    [InlineData("12345678", true)]
    [InlineData("iloveyou", true)]
    [InlineData("", false)]
    [InlineData("0123456789", true)]
    [InlineData("a sentence that nobody ever leaked", false)]
    public void Searches_the_whole_set(string password, bool isLeaked) => Assert.Equal(isLeaked, LeakedPasswords.Has(password));

    [Theory]
    [InlineData("short", "too short")]
    [InlineData("abababababab", "same few characters")]
    [InlineData("Alice-Wonder-1", "your name")]
    [InlineData("white.rabbit.7", "your name or e-mail")]
    public void Says_what_is_wrong(string password, string reason) => Assert.Contains(reason, Problem(password), StringComparison.Ordinal);

    [Fact]
    public void Bounds_what_is_hashed() => Assert.Contains("too long", Problem(new string('x', 600) + string.Concat(Enumerable.Repeat("abcdefgh", 100))), StringComparison.Ordinal);

    [Theory]
    [InlineData("hunter2")]
    [InlineData("passwordpassword")]
    [InlineData("Alice-Wonder-1")]
    public void Never_repeats_the_password(string password) => Assert.DoesNotContain(password, Problem(password), StringComparison.OrdinalIgnoreCase);

    private static string? Problem(string password) => PasswordRules.Problem(password, "alice-wonder", "white.rabbit@example.test", Minimum);
}
