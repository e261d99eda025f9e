using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Refusals;
using CsCheck;

namespace Assay.Core.Tests.Trust;

public sealed class RefusalTests
{
    private readonly Fixture github = Fixture.GitHub();

    [Fact]
    public void Strangers_get_one_answer_whatever_exists()
    {
        var unpinned = github.Unpinned();
        TrustPolicy[][] situations =
        [
            [],
            [(github with { Draft = github.Draft with { BindingId = "other" } }).Policy()],
            [unpinned.WithField("repository", "acme/other").Policy()],
            [unpinned.WithField("workflow", "other.yml").Policy()],
            [unpinned.WithField("environment", "release").Policy()],
            [unpinned.WithField("ref", "refs/heads/main").Policy()],
            [unpinned.WithField("runner", "self-hosted").Policy()],
            [(unpinned with { ArmedAt = github.Now.AddDays(-30) }).Policy()],
            [Pinned("1", "65")],
            [Pinned("74", "2")],
            [Pinned("1", "2"), unpinned.WithField("workflow", "other.yml").Policy("b")],
        ];

        var answers = situations.Select(policies => Public(github.Decide(policies))).Append(Public(NotInBinding())).Distinct();

        var (code, text) = Assert.Single(answers);
        Assert.Equal(RefusalCodes.NoMatchingPolicy, code);
        Assert.Contains(github.Claims().Recital, text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_uniform_answer_holds_nothing_of_the_policy()
    {
        var policy = (github.WithField("environment", "secret-environment").WithField("workflow", "secret.yml") with { }).Unpinned().Policy("secret-id");

        var (_, text) = Public(github.Decide([policy]));

        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_name_is_shown_as_asked_but_printable()
    {
        var decision = PolicyEvaluator.Evaluate(
            "@acme/x\r\nset-cookie: a\u202E", [], github.Claims(), ActionClass.Publish, github.Now, EvaluatorOptions.Default);

        Assert.Contains("@acme/x  set-cookie: a?:", Public(decision).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("two\r\nlines\tand tab", "two  lines and tab")]
    [InlineData("caf\u00E9 \u202Eevil\u0007", "caf? ?evil?")]
    [InlineData("::error::x", ": :error: :x")]
    [InlineData(":::: x", ": : : : x")]
    public void A_notice_is_one_harmless_line(string text, string expected) => Assert.Equal(expected, Notice.From(text));

    [Fact]
    public void A_long_notice_ends_in_dots()
    {
        Assert.Equal(new string('a', 1000), Notice.From(new string('a', 1000)));
        Assert.Equal(new string('a', 997) + "...", Notice.From(new string('a', 1001)));
        Assert.Equal("a...", Notice.From("abcde", 4));
    }

    [Fact]
    public void Any_text_becomes_a_safe_notice() =>
        Gen.String.Select(Gen.Char[":\n ab"].Array.Select(characters => new string(characters)), (one, other) => one + other).Sample(text =>
        {
            var notice = Notice.From(text, 40);
            return notice.Length <= 40
                && notice.All(character => character is >= ' ' and <= '~')
                && !notice.Contains("::", StringComparison.Ordinal)
                && Notice.From(notice, 40) == notice;
        });

    private Decision NotInBinding() => (github with { Binding = Fixture.Bind("github", github.Binding.Issuer, null, "@secret/*") }).Decide();

    private TrustPolicy Pinned(string repository, string owner) =>
        (github with { Draft = github.Draft with { Pins = new Dictionary<string, string> { ["repository_id"] = repository, ["repository_owner_id"] = owner } } }).Policy();

    private static (string Code, string Text) Public(Decision decision)
    {
        var refusal = Assert.IsType<Decision.Refused>(decision).Refusal;
        return (refusal.Code, refusal.PublicText);
    }
}
