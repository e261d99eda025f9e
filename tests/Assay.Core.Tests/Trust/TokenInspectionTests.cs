using Assay.Trust.Refusals;
using Assay.Trust.Tokens;
using CsCheck;

namespace Assay.Core.Tests.Trust;

/// <summary>A token is looked at in whole, where verification stops at the first thing that is wrong.</summary>
public sealed class TokenInspectionTests
{
    private static readonly Fixture GitHub = Fixture.GitHub();

    [Fact]
    public void A_good_token_meets_every_check() => Assert.All(Inspect(GitHub), check => Assert.True(check.IsMet, check.Name));

    [Fact]
    public void Everything_that_is_wrong_is_shown_at_once()
    {
        var wrong = GitHub.With("aud", "https://elsewhere.example") with { Now = GitHub.Now.AddHours(1) };

        var checks = Inspect(wrong);

        Assert.Equal([TokenCheck.Audience, TokenCheck.Times], checks.Where(check => !check.IsMet).Select(check => check.Name));
        var audience = checks.Single(check => check.Name == TokenCheck.Audience);
        Assert.Equal(("'npm:packages.example.test'", "'https://elsewhere.example'"), (audience.Expected, audience.Presented));
        var times = checks.Single(check => check.Name == TokenCheck.Times);
        Assert.Contains("issued 2026-01-01T00:00:00Z", times.Presented, StringComparison.Ordinal);
        Assert.Contains("expires 2026-01-01T00:05:00Z", times.Presented, StringComparison.Ordinal);
        Assert.StartsWith("valid at 2026-01-01T01:01:00Z", times.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_its_key_a_signature_is_not_taken_for_good()
    {
        var token = Parsed(GitHub);

        var checks = TokenInspection.Signature(token, GitHub.Definition, []);

        Assert.All(checks, check => Assert.Equal(RefusalCodes.UnknownKey, check.Refusal?.Code));
        Assert.Equal("not verified", checks.Single(check => check.Name == TokenCheck.Signature).Presented);
    }

    [Fact]
    public void A_forged_signature_names_a_good_key()
    {
        var forged = TestIssuer.Sign(GitHub.Payload)[..^8] + "AAAAAAAA";
        Assert.True(UnverifiedToken.TryParse(forged, TokenLimits.Default, out var token, out _));

        var checks = TokenInspection.Signature(token, GitHub.Definition, TestIssuer.Keys);

        Assert.Equal([true, false], checks.Select(check => check.IsMet));
        Assert.Equal(RefusalCodes.BadSignature, checks[1].Refusal?.Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_issuer_is_shown_as_the_token_spells_it(bool isKnown)
    {
        var check = TokenInspection.Issuer(Parsed(GitHub.With("iss", "https://evil.example/\u202E::x")), isKnown);

        Assert.Equal("'https://evil.example/?::x'", check.Presented);
        Assert.Equal(isKnown, check.IsMet);
    }

    [Fact]
    public void Inspecting_and_verifying_agree_on_every_token() =>
        Gen.Select(Gen.OneOf(Gen.Const("npm:packages.example.test"), Gen.Const("npm:other"), Gen.Const("")), Gen.Int[-700, 700], Gen.Bool).Sample((audience, seconds, isForged) =>
        {
            var run = GitHub.With("aud", audience) with { Now = GitHub.Now.AddSeconds(seconds) };
            var text = TestIssuer.Sign(run.Payload);
            text = isForged ? text[..^8] + "AAAAAAAA" : text;
            Assert.True(UnverifiedToken.TryParse(text, TokenLimits.Default, out var token, out _));
            var first = Inspect(run, token).FirstOrDefault(check => !check.IsMet)?.Refusal;
            return first == (run.Verify(text) as Verification.Refused)?.Refusal;
        }, iter: 200);

    // Whose token it is helps its owner to see what is wrong. Without a good signature it would be what a forger wrote.
    [Fact]
    public void A_refused_token_says_whose_it_is_when_the_issuer_signed_it()
    {
        var foreign = Assert.IsType<Verification.Refused>(GitHub.With("aud", "npm:other").Verify());
        var expired = Assert.IsType<Verification.Refused>((GitHub with { Now = GitHub.Now.AddHours(1) }).Verify());
        var forged = Assert.IsType<Verification.Refused>(GitHub.Verify(TestIssuer.Sign(GitHub.With("aud", "npm:other").Payload)[..^8] + "AAAAAAAA"));

        Assert.Equal("74", foreign.SignedClaims?.ProjectId);
        Assert.Equal("74", expired.SignedClaims?.ProjectId);
        Assert.Equal(RefusalCodes.BadSignature, forged.Refusal.Code);
        Assert.Null(forged.SignedClaims);
    }

    [Fact]
    public void Every_code_of_a_token_has_a_meaning() => Assert.Subset(RefusalCodes.Meanings.Keys.ToHashSet(), RefusalCodes.OfTokens.ToHashSet());

    private static IReadOnlyList<TokenCheck> Inspect(Fixture run) => Inspect(run, Parsed(run));

    private static IReadOnlyList<TokenCheck> Inspect(Fixture run, UnverifiedToken token) =>
    [
        .. TokenInspection.Signature(token, run.Definition, TestIssuer.Keys),
        .. TokenInspection.Envelope(token, run.Definition, run.Binding, new HashSet<string> { run.Audience }, run.Now, TokenVerification.MaximumLeeway),
    ];

    private static UnverifiedToken Parsed(Fixture run) =>
        UnverifiedToken.TryParse(TestIssuer.Sign(run.Payload), TokenLimits.Default, out var token, out var refusal)
            ? token
            : throw new InvalidOperationException(refusal.PublicText);
}
