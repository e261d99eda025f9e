using Assay.Trust.Bindings;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;
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

    [Theory]
    [InlineData("@acme/x\r\nset-cookie: a")]
    [InlineData("@acme/\u202E")]
    [InlineData("@acme/caf\u00E9")]
    public void A_name_that_cannot_be_shown_cannot_be_asked_about(string name) => Assert.False(NamePattern.TryParse(name, out _));

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

    // Whoever names branches, environments and repositories chooses what the registry says about them.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whatever_a_run_presents_its_refusal_is_a_safe_notice(bool isPinned) => Hostile.Sample(values =>
    {
        var run = github.With("environment", values[0]).With("repository", $"octo-org/{values[1]}").With("actor", values[2]).With("runner_environment", values[3]);
        var policy = run.WithField("environment", "release").WithField("runner", "self-hosted").WithField("repository", "octo-org/octo-repo");
        var notice = Notice.From(Refused(run, (isPinned ? policy : policy.Unpinned()).Policy()).PublicText);
        return notice.Length is > 0 and <= Notice.DefaultLimit
            && notice.All(character => character is >= ' ' and <= '~')
            && !notice.Contains("::", StringComparison.Ordinal);
    }, iter: 400);

    private static readonly Gen<string[]> Hostile = Gen.OneOf(
        Gen.String[1, 300],
        Gen.Char[":%\r\n\u202E\u0007 aZ[]"].Array[1, 400].Select(characters => new string(characters)),
        Gen.OneOf(new[] { "::error::x", "::add-mask::", "%0A::set-env", "a\r\nset-cookie: b", "<script>" }.Select(text => Gen.Const(text)).ToArray())).Array[4];

    private static Refusal Refused(Fixture run, TrustPolicy policy) => run.Verify() switch
    {
        Verification.Refused token => token.Refusal,
        Verification.Verified verified => Assert.IsType<Decision.Refused>(
            PolicyEvaluator.Evaluate(run.Question(TrustActions.Publish), new PolicySet([policy]), verified.Claims)).Refusal,
        _ => throw new InvalidOperationException(),
    };

    private Decision NotInBinding() => (github with { Binding = Fixture.Bind("github", github.Binding.Issuer, null, "@secret/*") }).Decide();

    private TrustPolicy Pinned(string repository, string owner) =>
        (github with { Draft = github.Draft with { Pins = new Dictionary<string, string> { ["repository_id"] = repository, ["repository_owner_id"] = owner } } }).Policy();

    private static (string Code, string Text) Public(Decision decision)
    {
        var refusal = Assert.IsType<Decision.Refused>(decision).Refusal;
        return (refusal.Code, refusal.PublicText);
    }
}
