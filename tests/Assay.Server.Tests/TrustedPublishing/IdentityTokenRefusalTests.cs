using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.CiSimulator;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>What is wrong with the identity token itself, in the order in which it is looked at.</summary>
public sealed class IdentityTokenRefusalTests(SharedTrustWorld shared) : IClassFixture<SharedTrustWorld>
{
    private const string Header = """{"alg":"RS256","kid":"k","typ":"JWT"}""";

    public static TheoryData<string, string> Garbage => new()
    {
        { "nothing", "" },
        { "a word", "garbage" },
        { "an access token", "npm_000000000000000000000000000000000000" },
        { "two segments", "e30.e30" },
        { "four segments", "e30.e30.e30.e30" },
        { "no signature", IdentityToken.Join(Header, """{"iss":"https://a.example"}""", _ => []) },
        { "padding", "e30=.e30=.e30=" },
        { "not JSON", IdentityToken.Join("x", "x", _ => [1]) },
        { "an array", IdentityToken.Join(Header, "[]", _ => [1]) },
        { "no issuer", IdentityToken.Join(Header, "{}", _ => [1]) },
        { "an empty issuer", IdentityToken.Join(Header, """{"iss":""}""", _ => [1]) },
        { "a number for issuer", IdentityToken.Join(Header, """{"iss":1}""", _ => [1]) },
        { "a duplicate member in the payload", IdentityToken.Join(Header, """{"iss":"https://a.example","iss":"https://b.example"}""", _ => [1]) },
        { "a duplicate member in the header", IdentityToken.Join("""{"alg":"RS256","alg":"none","kid":"k"}""", """{"iss":"https://a.example"}""", _ => [1]) },
        { "no key id", IdentityToken.Join("""{"alg":"RS256","typ":"JWT"}""", """{"iss":"https://a.example"}""", _ => [1]) },
        { "critical extensions", IdentityToken.Join("""{"alg":"RS256","kid":"k","crit":["b64"],"b64":false}""", """{"iss":"https://a.example"}""", _ => [1]) },
        { "another type", IdentityToken.Join("""{"alg":"RS256","kid":"k","typ":"secevent+jwt"}""", """{"iss":"https://a.example"}""", _ => [1]) },
        { "deep nesting", IdentityToken.Join(Header, """{"iss":"https://a.example","a":{"b":{"c":{"d":{}}}}}""", _ => [1]) },
        { "half a surrogate pair", IdentityToken.Join(Header, """{"iss":"\ud800"}""", _ => [1]) },
        { "16 KB and one", new string('a', (16 * 1024) + 1) },
    };

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task What_is_not_an_identity_token_is_malformed(string what, string token)
    {
        var world = shared.World;
        var before = world.Ci.KeyRequests;

        using var answer = await world.ExchangeAsync(token);

        var text = await answer.ShouldExplainAsync(HttpStatusCode.BadRequest, "malformed-token");
        Assert.True(text.StartsWith("The bearer value is not an identity token", StringComparison.Ordinal), what);
        Assert.Equal(before, world.Ci.KeyRequests);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Basic cm9vdDpyb290")]
    [InlineData("Bearer")]
    public async Task A_request_without_a_bearer_is_malformed(string? authorization)
    {
        var world = shared.World;

        using var answer = await world.ExchangeAsync(null, headers: headers => headers.TryAddWithoutValidation("authorization", authorization));

        await answer.ShouldExplainAsync(HttpStatusCode.BadRequest, "malformed-token");
    }

    [Theory]
    [InlineData(Forgery.AlgNone)]
    [InlineData(Forgery.Hs256PublicKey)]
    public async Task An_algorithm_that_anyone_could_sign_with_is_not_allowed(Forgery forgery)
    {
        var world = shared.World;

        using var answer = await world.ExchangeAsync(world.Github(forgery: forgery));

        // An unsigned token has an empty signature; that it is malformed besides must not hide what it tries.
        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "algorithm-not-allowed");
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("PS256")]
    [InlineData("RS512")]
    public async Task An_algorithm_that_the_provider_does_not_use_is_not_allowed(string algorithm)
    {
        var world = shared.World;
        var honest = world.Github();
        var header = IdentityToken.Header(honest);
        header["alg"] = algorithm;

        using var answer = await world.ExchangeAsync(IdentityToken.Join(header.ToJsonString(), IdentityToken.Payload(honest).ToJsonString(), _ => [1]));

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "algorithm-not-allowed");
    }

    [Theory]
    [InlineData("https://issuer.example.test")]
    [InlineData("{github}/")]
    [InlineData("{GITHUB}")]
    [InlineData("{localhost}")]
    public async Task An_issuer_is_compared_character_for_character(string issuer)
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var github = world.Ci.Github.OriginalString;
        var presented = issuer
            .Replace("{github}", github, StringComparison.Ordinal)
            .Replace("{GITHUB}", github.ToUpperInvariant(), StringComparison.Ordinal)
            .Replace("{localhost}", github.Replace("127.0.0.1", "localhost", StringComparison.Ordinal), StringComparison.Ordinal);

        using var answer = await world.ExchangeAsync(world.Github(new JsonObject { ["iss"] = presented }));

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "unknown-issuer");
        Assert.Equal(0, world.Ci.KeyRequests);
    }

    [Fact]
    public async Task A_disabled_issuer_is_unknown()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.DisableIssuerAsync("github");

        using var answer = await world.ExchangeAsync(world.Github());

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "unknown-issuer");
    }

    // The two providers of the simulator sign with different keys: a token of one under the name of the other must not pass.
    [Fact]
    public async Task A_key_of_one_issuer_is_no_key_of_another()
    {
        var world = shared.World;

        using var answer = await world.ExchangeAsync(world.Ci.MintGitlab(new JsonObject { ["iss"] = world.Ci.Github.OriginalString }));

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "unknown-key");
    }

    [Theory]
    [InlineData(Forgery.UnknownKey, "unknown-key")]
    [InlineData(Forgery.BadSignature, "bad-signature")]
    [InlineData(Forgery.WrongIssuer, "unknown-issuer")]
    [InlineData(Forgery.Expired, "token-expired")]
    [InlineData(Forgery.NotYetValid, "token-not-yet-valid")]
    public async Task A_forgery_is_refused(Forgery forgery, string code)
    {
        var world = shared.World;

        using var answer = await world.ExchangeAsync(world.Github(forgery: forgery));

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, code);
    }

    [Theory]
    [InlineData("repository", "\"octo-org/octo-repo2\"")]
    [InlineData("exp", "9999999999")]
    public async Task A_claim_changed_after_signing_breaks_the_signature(string claim, string value)
    {
        var world = shared.World;
        var honest = world.Github();
        var payload = IdentityToken.Payload(honest);
        payload[claim] = JsonNode.Parse(value);
        var signature = System.Buffers.Text.Base64Url.DecodeFromChars(honest.Split('.')[2]);

        using var answer = await world.ExchangeAsync(IdentityToken.Join(IdentityToken.Header(honest).ToJsonString(), payload.ToJsonString(), _ => signature));

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "bad-signature");
    }

    [Theory]
    [InlineData("\"npm:registry.example.test\"")]
    [InlineData("\"npm:packages.example.test\"")]
    [InlineData("\"localhost\"")]
    [InlineData("\"NPM:LOCALHOST\"")]
    [InlineData("[]")]
    [InlineData("[\"npm:localhost\",\"npm:registry.example.test\"]")]
    [InlineData("[\"npm:localhost\",\"npm:localhost\"]")]
    [InlineData("1")]
    public async Task A_token_for_another_audience_is_refused(string audience)
    {
        var world = shared.World;

        using var answer = await world.ExchangeAsync(world.Github(new JsonObject { ["aud"] = JsonNode.Parse(audience) }));

        var text = await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "wrong-audience");
        Assert.Contains("this registry expects 'npm:localhost' or ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_audience_in_an_array_of_its_own_is_good()
    {
        var world = shared.World;

        using var answer = await world.ExchangeAsync(world.Github(new JsonObject { ["aud"] = new JsonArray("npm:localhost") }));

        await answer.ShouldBeAsync(HttpStatusCode.Created);
    }

    // Simulated GitHub tokens live five minutes; the leeway is one.
    [Theory]
    [InlineData(359, null)]
    [InlineData(360, "token-expired")]
    public async Task A_token_is_good_until_its_expiry_and_the_leeway(int seconds, string? code)
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        world.App.Clock.SetUtcNow(DateTimeOffset.FromUnixTimeSeconds(world.App.Clock.GetUtcNow().ToUnixTimeSeconds() + 1));
        var token = world.Github();
        world.App.Clock.Advance(TimeSpan.FromSeconds(seconds));

        using var answer = await world.ExchangeAsync(token);

        if (code is null)
        {
            await answer.ShouldBeAsync(HttpStatusCode.Created);
        }
        else
        {
            await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, code);
        }
    }

    [Theory]
    [InlineData("exp", "\"9999999999\"", "malformed-token", HttpStatusCode.BadRequest)]
    [InlineData("exp", "1e300", "malformed-token", HttpStatusCode.BadRequest)]
    [InlineData("exp", "9999999999999", "malformed-token", HttpStatusCode.BadRequest)]
    [InlineData("repository_id", "null", "claim-missing", HttpStatusCode.Unauthorized)]
    [InlineData("repository_id", "74", "claim-malformed", HttpStatusCode.Unauthorized)]
    [InlineData("repository_id", "\"074\"", "claim-malformed", HttpStatusCode.Unauthorized)]
    [InlineData("repository", "[\"octo-org/octo-repo\"]", "claim-malformed", HttpStatusCode.Unauthorized)]
    [InlineData("ref_protected", "\"TRUE\"", "claim-malformed", HttpStatusCode.Unauthorized)]
    [InlineData("workflow_ref", "\"octo-org/other/.github/workflows/publish.yml@refs/tags/v1.2.3\"", "workflow-unreadable", HttpStatusCode.Unauthorized)]
    public async Task A_claim_that_the_provider_never_sends_so_is_refused(string claim, string value, string code, HttpStatusCode status)
    {
        var world = shared.World;
        var json = value == "null" ? null : JsonNode.Parse(value);

        using var answer = await world.ExchangeAsync(world.Github(new JsonObject { [claim] = json }));

        await answer.ShouldExplainAsync(status, code);
    }

    [Theory]
    [InlineData("aud", "wrong-audience")]
    [InlineData("exp", "claim-missing")]
    [InlineData("iat", "claim-missing")]
    [InlineData("nbf", "claim-missing")]
    public async Task What_every_token_must_carry_is_not_assumed(string claim, string code)
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();
        await using var issuer = await StubIssuer.StartAsync();
        await world.AddIssuerAsync("github", issuer.Url);

        using var answer = await world.ExchangeAsync(issuer.Mint(world, new JsonObject { [claim] = null }));

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, code);
    }

    [Fact]
    public async Task A_token_that_lives_longer_than_the_providers_do_is_refused()
    {
        var world = shared.World;
        var expiry = world.App.Clock.GetUtcNow().AddHours(10).ToUnixTimeSeconds();

        using var answer = await world.ExchangeAsync(world.Github(new JsonObject { ["exp"] = expiry }));

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "token-lives-too-long");
    }

    [Fact]
    public async Task A_key_that_the_token_brings_along_is_not_used()
    {
        var world = shared.World;
        using var own = RSA.Create(2048);
        var parameters = own.ExportParameters(includePrivateParameters: false);
        var honest = world.Github();
        var header = IdentityToken.Header(honest);
        header["jwk"] = new JsonObject
        {
            ["kty"] = "RSA",
            ["n"] = System.Buffers.Text.Base64Url.EncodeToString(parameters.Modulus),
            ["e"] = System.Buffers.Text.Base64Url.EncodeToString(parameters.Exponent),
        };
        var token = IdentityToken.Join(header.ToJsonString(), IdentityToken.Payload(honest).ToJsonString(),
            text => own.SignData(System.Text.Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

        using var answer = await world.ExchangeAsync(token);

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "bad-signature");
    }
}
