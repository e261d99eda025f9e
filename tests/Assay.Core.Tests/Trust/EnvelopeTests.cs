using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;
using Microsoft.IdentityModel.Tokens;

namespace Assay.Core.Tests.Trust;

public sealed class EnvelopeTests
{
    private readonly Fixture github = Fixture.GitHub();

    private DateTimeOffset IssuedAt => Fixture.IssuedAt(github.Payload);

    [Fact]
    public void An_expired_token_says_when()
    {
        var refusal = (github with { Now = IssuedAt.AddSeconds(360) }).TokenRefusal();

        Assert.Equal(RefusalCodes.TokenExpired, refusal.Code);
        Assert.Contains("2026-01-01T00:05:00Z", refusal.PublicText, StringComparison.Ordinal);
    }

    [Fact]
    public void Clocks_may_differ_by_the_leeway_and_no_more()
    {
        Assert.NotNull((github with { Now = IssuedAt.AddSeconds(359) }).Claims());
        Assert.NotNull((github with { Now = IssuedAt.AddSeconds(-60) }).Claims());
        Assert.Equal(RefusalCodes.TokenNotYetValid, (github with { Now = IssuedAt.AddSeconds(-61) }).TokenRefusal().Code);
    }

    [Fact]
    public void A_leeway_over_a_minute_is_a_mistake_of_the_caller()
    {
        Assert.True(UnverifiedToken.TryParse(TestIssuer.Sign(github.Payload), TokenLimits.Default, out var token, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenVerification.Verify(
            token, github.Definition, github.Binding, TestIssuer.Keys, new HashSet<string>(), github.Now, TimeSpan.FromSeconds(61)));
    }

    [Fact]
    public void A_token_before_its_nbf_is_not_yet_valid()
    {
        var early = github.With("nbf", IssuedAt.AddSeconds(200).ToUnixTimeSeconds());

        Assert.Equal(RefusalCodes.TokenNotYetValid, early.TokenRefusal().Code);
    }

    [Fact]
    public void A_token_that_lives_too_long_is_refused()
    {
        Assert.NotNull(github.With("exp", IssuedAt.AddSeconds(600).ToUnixTimeSeconds()).Claims());
        Assert.Equal(RefusalCodes.TokenLivesTooLong, github.With("exp", IssuedAt.AddSeconds(601).ToUnixTimeSeconds()).TokenRefusal().Code);
    }

    [Fact]
    public void A_token_issued_long_ago_is_refused()
    {
        var definition = github.Definition with { Token = github.Definition.Token with { MaxLifetimeSeconds = 86400 } };
        var old = github.With("exp", IssuedAt.AddHours(2).ToUnixTimeSeconds()) with { Definition = definition, Now = IssuedAt.AddSeconds(661) };

        Assert.Equal(RefusalCodes.TokenTooOld, old.TokenRefusal().Code);
    }

    [Theory]
    [InlineData("exp")]
    [InlineData("iat")]
    [InlineData("nbf")]
    public void Times_that_the_provider_sends_are_required(string name)
    {
        var payload = github.Payload.DeepClone().AsObject();
        payload.Remove(name);

        Assert.Equal(RefusalCodes.ClaimMissing, (github with { Payload = payload }).TokenRefusal().Code);
    }

    [Theory]
    [InlineData("exp", "\"1767225900\"")]
    [InlineData("exp", "1767225900.5")]
    [InlineData("exp", "1e300")]
    [InlineData("exp", "253402300799")]
    [InlineData("exp", "-1")]
    [InlineData("exp", "null")]
    [InlineData("iat", "true")]
    [InlineData("nbf", "\"soon\"")]
    [InlineData("exp", "1767225600")]
    public void Times_are_whole_numbers_in_order(string name, string value) =>
        Assert.Equal(RefusalCodes.MalformedToken, github.With(name, JsonNode.Parse(value)).TokenRefusal().Code);

    [Theory]
    [InlineData("\"npm:other.example\"")]
    [InlineData("\"NPM:packages.example.test\"")]
    [InlineData("[\"npm:packages.example.test\",\"npm:packages.example.test\"]")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("[[\"npm:packages.example.test\"]]")]
    [InlineData("{\"0\":\"npm:packages.example.test\"}")]
    public void Only_one_exact_audience_is_right(string value) =>
        Assert.Equal(RefusalCodes.WrongAudience, github.With("aud", JsonNode.Parse(value)).TokenRefusal().Code);

    [Fact]
    public void A_wrong_audience_says_both()
    {
        var text = github.With("aud", "npm:other.example").TokenRefusal().PublicText;

        Assert.Contains("npm:other.example", text, StringComparison.Ordinal);
        Assert.Contains("npm:packages.example.test", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_issuer_is_compared_again_with_the_binding()
    {
        var refusal = (github with { Binding = Fixture.Bind("github", "https://ghes.corp.example/_services/token") }).TokenRefusal();

        Assert.Equal(RefusalCodes.UnknownIssuer, refusal.Code);
    }

    [Theory]
    [InlineData("https://token.actions.githubusercontent.com/")]
    [InlineData("https://Token.actions.githubusercontent.com")]
    public void An_issuer_that_is_spelt_another_way_is_another_issuer(string issuer) =>
        Assert.Equal(RefusalCodes.UnknownIssuer, github.With("iss", issuer).TokenRefusal().Code);

    [Fact]
    public void A_binding_of_another_provider_is_a_mistake_of_the_caller()
    {
        var gitlab = Fixture.GitLab();

        Assert.Throws<ArgumentOutOfRangeException>(() => (github with { Definition = gitlab.Definition }).Verify());
    }

    [Fact]
    public void A_token_that_the_issuer_did_not_sign_says_nothing_about_a_run()
    {
        var late = github with { Now = IssuedAt.AddSeconds(360) };
        var text = TestIssuer.Sign(late.Payload);

        Assert.Equal("74", Assert.IsType<Verification.Refused>(late.Verify(text)).SignedClaims?.ProjectId);
        Assert.Null(Assert.IsType<Verification.Refused>(late.Verify(text[..^8] + "AAAAAAAA")).SignedClaims);
    }

    [Fact]
    public void A_token_that_is_signed_anew_is_the_same_token()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(ECDsa.Create(curve.ExportParameters(false))));
        (key.Kid, key.Use) = (TestIssuer.KeyId, "sig");
        var curved = github.With("jti", "") with { Definition = github.Definition with { Algorithms = ["ES256"] } };
        var header = TestIssuer.Header();
        header["alg"] = "ES256";
        var texts = Enumerable.Range(0, 2)
            .Select(_ => TestIssuer.Assemble(header, curved.Payload.ToJsonString(), bytes => curve.SignData(bytes, HashAlgorithmName.SHA256))).ToList();

        var ids = texts.Select(text => Assert.IsType<Verification.Verified>(curved.Verify(text, key)).Claims.ReplayId);

        Assert.NotEqual(texts[0], texts[1]);
        Assert.Single(ids.Distinct());
    }

    [Fact]
    public void A_jti_that_is_too_long_to_keep_gives_way_to_the_hash()
    {
        Assert.Equal(255, github.With("jti", new string('a', 255)).Claims().ReplayId.Length);
        Assert.Equal(43, github.With("jti", new string('a', 256)).Claims().ReplayId.Length);
    }

    [Fact]
    public void A_token_is_known_by_its_jti_or_by_the_hash_of_what_is_signed()
    {
        var hashed = github.With("jti", "").Claims();

        Assert.Equal("6e67b1cb-2b8d-4be5-91cb-757edb2ec970", github.Claims().ReplayId);
        Assert.Equal(43, hashed.ReplayId.Length);
        Assert.Equal(43, Fixture.CircleCi().With("jti", "chosen").Claims().ReplayId.Length);
        Assert.NotEqual(hashed.ReplayId, github.With("jti", "").With("run_attempt", "2").Claims().ReplayId);
    }
}
